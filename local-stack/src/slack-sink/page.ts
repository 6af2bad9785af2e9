import type { Inbox } from './inbox.ts';
import type { Attachment, Block, BlockElement, ReceivedMessage, Refusal, TextObject } from './message.ts';
import { escapeHtml, renderMrkdwn } from './mrkdwn.ts';

const STYLE = `
  body { font: 15px/1.46 system-ui, sans-serif; color: #1d1c1d; background: #f4f4f5; margin: 0; }
  main { max-width: 760px; margin: 0 auto; padding: 24px 16px; }
  h1 { font-size: 18px; margin: 0 0 16px; } h1 small { color: #616061; font-weight: normal; }
  article { background: #fff; border: 1px solid #e2e2e4; border-radius: 8px; padding: 12px 16px; margin: 0 0 12px; }
  article > time, .refusal > time { color: #616061; font-size: 12px; }
  article h2 { font-size: 17px; margin: 6px 0; } p { margin: 6px 0; white-space: pre-wrap; }
  .fields { display: grid; grid-template-columns: 1fr 1fr; gap: 4px 16px; }
  .context { color: #616061; font-size: 13px; display: flex; gap: 8px; flex-wrap: wrap; }
  .button { display: inline-block; border: 1px solid #bbb; border-radius: 4px; padding: 3px 10px; margin-right: 8px;
            color: inherit; text-decoration: none; font-weight: 600; font-size: 13px; }
  .attachment { border-left: 4px solid #ddd; padding-left: 12px; margin: 6px 0; }
  .refusal { border-left: 4px solid #c0392b; }
  code, pre { background: #f6f6f6; border: 1px solid #e8e8e8; border-radius: 3px; font-size: 13px; padding: 0 3px; }
  pre { padding: 8px; overflow-x: auto; } img { max-width: 100%; } hr { border: 0; border-top: 1px solid #e2e2e4; }`;

/** The received messages, newest first, as one page that reloads itself. */
export function renderPage({ messages, refusals, totalMessages, totalRefusals }: Inbox): string {
  const received = messages.toReversed().map(renderMessage).join('\n');
  const refused = refusals.toReversed().map(renderRefusal).join('\n');
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="3">
<title>Slack messages</title><style>${STYLE}</style><main>
<h1>Slack messages <small>${totalMessages} received, ${totalRefusals} refused</small></h1>
${received || '<p>No message yet.</p>'}
${refused && `<h1>Refused</h1>${refused}`}
</main></html>`;
}

const renderTime = (at: number) => `<time>${new Date(at).toISOString()}</time>`;

function renderMessage(message: ReceivedMessage): string {
  // As in Slack, the text is only the notification if there are blocks.
  const body = message.blocks?.length ? renderBlocks(message.blocks) : renderParagraph(message.text ?? '');
  const attachments = (message.attachments ?? []).map(renderAttachment).join('');
  return `<article>${renderTime(message.receivedAt)}${body}${attachments}</article>`;
}

function renderRefusal({ receivedAt, status, answer, because }: Refusal): string {
  return `<article class="refusal">${renderTime(receivedAt)}<p>${status} ${escapeHtml(answer)}: ${escapeHtml(because)}</p></article>`;
}

function renderAttachment({ color, text, fallback, blocks }: Attachment): string {
  const border = /^#[0-9a-fA-F]{3,8}$/.test(color ?? '') ? ` style="border-color:${color}"` : '';
  return `<div class="attachment"${border}>${blocks ? renderBlocks(blocks) : renderParagraph(text ?? fallback ?? '')}</div>`;
}

const renderBlocks = (blocks: Block[]) => blocks.map(renderBlock).join('');

function renderBlock(block: Block): string {
  switch (block.type) {
    case 'header':
      return `<h2>${renderText(block.text)}</h2>`;
    case 'section': {
      const fields = (block.fields ?? []).map((field) => `<div>${renderText(field)}</div>`).join('');
      return `${block.text ? `<p>${renderText(block.text)}</p>` : ''}${fields && `<div class="fields">${fields}</div>`}`;
    }
    case 'divider':
      return '<hr>';
    case 'context':
      return `<div class="context">${(block.elements ?? []).map(renderElement).join('')}</div>`;
    case 'actions':
      return `<p>${(block.elements ?? []).map(renderElement).join('')}</p>`;
    case 'image':
      return renderImage(block);
    case 'markdown':
      return `<p>${renderText(block.text)}</p>`;
    default:
      return `<pre>${escapeHtml(JSON.stringify(block, undefined, 2))}</pre>`;
  }
}

function renderElement(element: BlockElement): string {
  if (element.type === 'image') return renderImage(element);
  if (element.type !== 'button') return `<span>${renderText(element as TextObject)}</span>`;
  const label = renderText(element.text);
  const href = element.url && /^https?:/.test(element.url) ? ` href="${escapeHtml(element.url)}"` : '';
  return `<a class="button"${href}>${label}</a>`;
}

function renderImage({ image_url = '', alt_text = '' }: { image_url?: string; alt_text?: string }): string {
  return `<img src="${escapeHtml(image_url)}" alt="${escapeHtml(alt_text)}">`;
}

const renderParagraph = (text: string) => `<p>${renderMrkdwn(text)}</p>`;

function renderText(text: TextObject | string | undefined): string {
  if (text === undefined) return '';
  if (typeof text === 'string') return renderMrkdwn(text);
  return text.type === 'mrkdwn' ? renderMrkdwn(text.text) : escapeHtml(text.text);
}
