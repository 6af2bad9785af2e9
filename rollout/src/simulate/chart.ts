type Line = { name: string; points: readonly (readonly [x: number, y: number])[] };

export type Chart = {
  title: string;
  xTitle: string;
  yTitle: string;
  /** An axis with scale `log` needs values above zero. */
  x: Axis;
  y: Axis;
  lines: readonly Line[];
  /** A limit as a horizontal line, with its text. */
  level?: { y: number; text: string };
};
type Axis = { scale: 'linear' | 'log'; min: number; max: number; ticks: readonly number[] };

const WIDTH = 720;
const HEIGHT = 420;
const LEFT = 70;
const RIGHT = 20;
const TOP = 44;
const BOTTOM = 96;
/** Colours that people with red-green blindness can distinguish (Okabe and Ito). */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7'];

/** A line chart as an SVG document. */
export function svgChart(chart: Chart): string {
  const { title, xTitle, yTitle, lines, level } = chart;
  const x = scaleOf(chart.x, LEFT, WIDTH - RIGHT);
  const y = scaleOf(chart.y, HEIGHT - BOTTOM, TOP);
  const [bottom, right] = [HEIGHT - BOTTOM, WIDTH - RIGHT];
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    text(WIDTH / 2, 22, title, 'middle', ' font-size="15"'),
    ...chart.x.ticks.map(
      (tick) =>
        stroke(x(tick), TOP, x(tick), bottom, '#ddd') + text(x(tick), bottom + 16, label(tick), 'middle'),
    ),
    ...chart.y.ticks.map(
      (tick) =>
        stroke(LEFT, y(tick), right, y(tick), '#ddd') + text(LEFT - 6, y(tick) + 4, label(tick), 'end'),
    ),
    stroke(LEFT, bottom, right, bottom, '#333') + stroke(LEFT, TOP, LEFT, bottom, '#333'),
    text((LEFT + right) / 2, bottom + 36, xTitle, 'middle'),
    `<text transform="translate(16 ${(TOP + bottom) / 2}) rotate(-90)" text-anchor="middle">${escaped(yTitle)}</text>`,
    ...(level === undefined
      ? []
      : [
          `<line x1="${LEFT}" y1="${y(level.y)}" x2="${right}" y2="${y(level.y)}" stroke="#c00" stroke-dasharray="6 4"/>${text(right - 4, y(level.y) - 5, level.text, 'end', ' fill="#c00"')}`,
        ]),
    ...lines.map((line, i) => drawn(line, COLOURS[i % COLOURS.length] ?? '#000', x, y)),
    ...lines.map((line, i) => legend(line.name, COLOURS[i % COLOURS.length] ?? '#000', i)),
    '</svg>',
  ];
  return `${parts.join('\n')}\n`;
}

type Scale = (value: number) => number;

function scaleOf({ scale, min, max }: Axis, from: number, to: number): Scale {
  const f = scale === 'log' ? Math.log10 : (v: number) => v;
  return (value) => {
    const part = (f(Math.min(max, Math.max(min, value))) - f(min)) / (f(max) - f(min));
    return Math.round((from + part * (to - from)) * 10) / 10;
  };
}

function drawn({ points }: Line, colour: string, x: Scale, y: Scale): string {
  const at = points.map(([px, py]) => `${x(px)},${y(py)}`);
  const dots = at.map(
    (p) => `<circle cx="${p.split(',')[0]}" cy="${p.split(',')[1]}" r="3" fill="${colour}"/>`,
  );
  return `<polyline points="${at.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>${dots.join('')}`;
}

function legend(name: string, colour: string, i: number): string {
  const [px, py] = [LEFT + (i % 2) * 320, HEIGHT - 40 + Math.floor(i / 2) * 18];
  return `<rect x="${px}" y="${py - 9}" width="18" height="4" fill="${colour}"/>${text(px + 24, py - 3, name, 'start')}`;
}

function stroke(x1: number, y1: number, x2: number, y2: number, colour: string): string {
  return `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="${colour}"/>`;
}

function text(x: number, y: number, words: string, anchor: string, more = ''): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}"${more}>${escaped(words)}</text>`;
}

function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

function label(value: number): string {
  return value !== 0 && Math.abs(value) < 0.001 ? value.toExponential(0) : String(value);
}
