const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export const escapeHtml = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');

/** Slack's own escapes (`&amp; &lt; &gt;`) of the sender are undone before the text is escaped for HTML. */
const unescapeSlack = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

/**
 * Slack's mrkdwn as HTML: code, bold, italic, strike-through, quotes and `<url|label>` links. Code is separated first, so that
 * its content is not marked up.
 */
export function renderMrkdwn(source: string): string {
  return source
    .split(/(```[\s\S]+?```|`[^`\n]+`|<https?:[^>|\s]+(?:\|[^>]*)?>)/)
    .map((piece, index) => (index % 2 === 1 ? renderSpan(piece) : renderProse(piece)))
    .join('');
}

function renderSpan(piece: string): string {
  if (piece.startsWith('```')) return `<pre>${escapeHtml(unescapeSlack(piece.slice(3, -3).trim()))}</pre>`;
  if (piece.startsWith('`')) return `<code>${escapeHtml(unescapeSlack(piece.slice(1, -1)))}</code>`;
  const [url = '', label = url] = piece.slice(1, -1).split('|');
  return `<a href="${escapeHtml(url)}">${escapeHtml(unescapeSlack(label))}</a>`;
}

function renderProse(piece: string): string {
  return escapeHtml(unescapeSlack(piece))
    .replaceAll(/(^|[\s(])\*([^*\n]+)\*/g, '$1<b>$2</b>')
    .replaceAll(/(^|[\s(])_([^_\n]+)_/g, '$1<i>$2</i>')
    .replaceAll(/(^|[\s(])~([^~\n]+)~/g, '$1<s>$2</s>')
    .replaceAll(/^&gt; ?(.*)$/gm, '<i>$1</i>');
}
