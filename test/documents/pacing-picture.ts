/**
 * `npm run pacing:picture`: docs/design/pacing.svg, of a run of the real write limiter in virtual time. The same source makes the
 * same picture.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { escapeXml, linePath, plane, type Point, stepPath } from '../support/plot.js';
import { END, limitOf, type Owner, type PacingRun, pacingRun, STAGES } from './pacing-run.js';

export const PICTURE = new URL('../../docs/design/pacing.svg', import.meta.url);

const SIZE = { width: 900, height: 480 };
const MOST = { x: END, rate: 4500, refused: 1000 };
/** Milliseconds that a column of delivered or refused units stands for. */
const BIN = 500;
const AREA = { left: 64, width: 816 };
const RATES = { ...AREA, top: 76, height: 250 };
const REFUSED = { ...AREA, top: 348, height: 44 };
const upper = plane({ ...RATES, most: { x: MOST.x, y: MOST.rate } });
const lower = plane({ ...REFUSED, most: { x: MOST.x, y: MOST.refused } });
const BOTTOM = REFUSED.top + REFUSED.height;

/** Colors by what they are for. Not CSS variables: not every viewer of SVG knows them. */
const LIGHT = {
  back: '#fff',
  ink: '#24292f',
  soft: '#59636e',
  band: '#f3f5f7',
  done: '#cfd8e1',
  all: '#0969da',
  r0: '#1a7f37',
  r1: '#8250df',
  r2: '#b35900',
  bad: '#cf222e',
};
const DARK: typeof LIGHT = {
  back: '#0d1117',
  ink: '#e6edf3',
  soft: '#9198a1',
  band: '#171d25',
  done: '#38424e',
  all: '#58a6ff',
  r0: '#56d364',
  r1: '#bc8cff',
  r2: '#ffa657',
  bad: '#ff7b72',
};

const colors = (of: typeof LIGHT): string =>
  [
    ...(['back', 'band', 'done', 'bad'] as const).map((name) => `.${name}{fill:${of[name]}}`),
    ...(['all', 'r0', 'r1', 'r2'] as const).map((name) => `.${name}{stroke:${of[name]}}`),
    `text{fill:${of.ink}}.soft{fill:${of.soft}}.axis,.limit{stroke:${of.ink}}.at{stroke:${of.soft}}`,
  ].join('');

const STYLE = `
.b{font-weight:bold}.m{text-anchor:middle}.e{text-anchor:end}
.axis,.limit,.all,.r0,.r1,.r2{fill:none}.all,.r0,.r1,.r2{stroke-width:2}
.limit{stroke-width:1.5;stroke-dasharray:6 4}.at{stroke-dasharray:2 3}
${colors(LIGHT)}
@media (prefers-color-scheme:dark){${colors(DARK)}}
`;

const classOf = (owner: Owner): string => (owner === 'all' ? 'all' : `r${owner}`);
const textAt = (x: number, y: number, text: string, kind = ''): string =>
  `<text x="${x.toFixed(1)}" y="${y}" class="${kind}">${escapeXml(text)}</text>`;

/** Write units a second, bin by bin. */
function perSecond({ writes }: PacingRun, of: 'committed' | 'refused'): number[] {
  const bins = Array.from({ length: END / BIN }, () => 0);
  for (const write of writes) {
    const bin = Math.floor(write.at / BIN);
    if (bin < bins.length) bins[bin]! += (write[of] * 1000) / BIN;
  }
  return bins;
}

/** Columns without gaps, as one area. */
function columns(values: readonly number[], most: number, { x, y }: typeof upper, kind: string): string {
  if (Math.max(...values) > most) throw new Error(`${kind}: ${Math.max(...values)} is above the upper edge`);
  const steps = [...values, 0].map((value, i): Point => [x(i * BIN), y(value)]);
  return `<path class="${kind}" d="M${x(0)} ${y(0)}V${steps[0]![1].toFixed(1)}${stepPath(steps).replace('M', 'L')}Z"/>`;
}

/** One line for each time that somebody has a rate of their own. */
function rateLines({ samples }: PacingRun): string[] {
  const open = new Map<Owner, Point[]>();
  const lines: string[] = [];
  const close = (owner: Owner, points: readonly Point[]): void => {
    lines.push(`<path class="${classOf(owner)}" d="${stepPath(points)}"/>`);
    open.delete(owner);
  };
  for (const { at, rates } of samples) {
    for (const [owner, points] of open) if (!rates.has(owner)) close(owner, points);
    for (const [owner, rate] of rates) {
      const points = open.get(owner) ?? [];
      points.push([upper.x(at), upper.y(rate)]);
      open.set(owner, points);
    }
  }
  for (const [owner, points] of open) close(owner, points);
  return lines;
}

function stages(): { bands: string[]; labels: string[]; limit: string } {
  const ends = STAGES.map((stage, i) => ({ ...stage, stage, to: STAGES[i + 1]?.from ?? END }));
  return {
    bands: ends
      .filter((_, i) => i % 2 === 1)
      .map(
        ({ from, to }) =>
          `<rect x="${upper.x(from)}" y="${RATES.top - 40}" width="${upper.x(to) - upper.x(from)}" height="${BOTTOM - RATES.top + 40}" class="band"/>`,
      ),
    labels: ends.map(({ from, to, what }) => textAt(upper.x((from + to) / 2), RATES.top - 26, what, 'soft m')),
    limit: `<path class="limit" d="${linePath(
      ends.flatMap(({ stage, from, to }): Point[] => [
        [upper.x(from), upper.y(limitOf(stage))],
        [upper.x(to), upper.y(limitOf(stage))],
      ]),
    )}"/>`,
  };
}

const LABELS = { 'first refusal': 'first refusal: slow start ends', split: 'split', merge: 'merge' };

const moments = (run: PacingRun): string[] =>
  run.moments.flatMap(({ at, what }) => [
    `<path class="at" d="M${upper.x(at).toFixed(1)} ${RATES.top - 14}V${BOTTOM}"/>`,
    textAt(upper.x(at) + 5, RATES.top - 5, LABELS[what], 'b'),
  ]);

/** What the rates do meanwhile, at a time and a rate. */
const NOTES: readonly (readonly [at: number, rate: number, text: string])[] = [
  [1000, 600, 'congestion avoidance'],
  [6000, 600, 'growth speeds up'],
  [10_100, 300, 'congestion avoidance'],
  [14_000, 600, 'a third for each'],
];

function axes(): string[] {
  const parts = [
    `<path class="axis" d="M${AREA.left} ${RATES.top}V${upper.y(0)}H${AREA.left + AREA.width}M${AREA.left} ${REFUSED.top}V${BOTTOM}H${AREA.left + AREA.width}"/>`,
    textAt(AREA.left + AREA.width / 2, BOTTOM + 34, 'time (s)', 'm'),
    `<text transform="translate(14 ${(RATES.top + BOTTOM) / 2})rotate(-90)" class="m">write units a second</text>`,
    ...NOTES.map(([at, rate, text]) => textAt(upper.x(at), upper.y(rate), text)),
  ];
  for (let rate = 0; rate <= MOST.rate; rate += 1000)
    parts.push(textAt(AREA.left - 6, upper.y(rate) + 4, `${rate}`, 'e'));
  for (const rate of [0, MOST.refused]) parts.push(textAt(AREA.left - 6, lower.y(rate) + 4, `${rate}`, 'e'));
  for (let at = 0; at <= END; at += 1000)
    if (at % 2000 === 0) parts.push(textAt(upper.x(at), BOTTOM + 16, `${at / 1000}`, 'm'));
  return parts;
}

const KEYS: readonly (readonly [mark: string, text: string])[] = [
  ['<path class="all" d="M0 -4h22"/>', 'one rate for all'],
  ['<path class="r0" d="M0 -4h22"/>', 'rate of range 1'],
  ['<path class="r1" d="M0 -4h22"/>', 'of range 2'],
  ['<path class="r2" d="M0 -4h22"/>', 'of range 3'],
  ['<path class="done" d="M0 0h22v-10h-22z"/>', 'delivered'],
  ['<path class="bad" d="M0 0h22v-10h-22z"/>', 'refused'],
  ['<path class="limit" d="M0 -4h22"/>', 'what the partitions take'],
];
const legend = (): string[] =>
  KEYS.map(
    ([mark, text], i) =>
      `<g transform="translate(${[64, 198, 328, 426, 524, 620, 708][i]} ${SIZE.height - 16})">${mark}${textAt(28, 0, text)}</g>`,
  );

export async function pacingPicture(): Promise<string> {
  const run = await pacingRun();
  const { bands, labels, limit } = stages();
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${SIZE.width}" height="${SIZE.height}" viewBox="0 0 ${SIZE.width} ${SIZE.height}" font-family="sans-serif" font-size="12" role="img" aria-labelledby="title">
<title id="title">How the pace finds its rates: three ranges of one deletion, in virtual time</title>
<style>${STYLE}</style>
<rect width="${SIZE.width}" height="${SIZE.height}" class="back"/>
${[
  ...bands,
  textAt(AREA.left, 20, 'How the pace finds its rates: three ranges of one deletion, in virtual time', 'b'),
  ...labels,
  columns(perSecond(run, 'committed'), MOST.rate, upper, 'done'),
  columns(perSecond(run, 'refused'), MOST.refused, lower, 'bad'),
  ...moments(run),
  limit,
  ...rateLines(run),
  ...axes(),
  ...legend(),
].join('\n')}
</svg>
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(PICTURE, await pacingPicture());
