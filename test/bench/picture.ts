/**
 * `npm run bench:picture [bench.json]`: the traces of a bench as docs/throughput.svg: write units that the server committed in each second,
 * stacked by physical partition, beside those of the 32-way loop and the limit.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { escapeXml, linePath, plane, type Point } from '../support/plot.js';

const OUT = new URL('../../docs/throughput.svg', import.meta.url);
const WIDTH = 900;
const PANEL = { width: 380, height: 220, left: 55, top: 46, gap: 450 };
const HUES = ['#1f6f8b', '#2f93a8', '#56b4b5', '#8fd0b8', '#c5e3b0', '#efe39b', '#eebf6d', '#dd8f4f'];

interface Bench {
  machine: { command: string; commit: string };
  traces: Record<string, number[][]>;
}

const total = (rows: readonly (readonly number[])[]): number[] =>
  Array.from({ length: Math.max(...rows.map((row) => row.length)) }, (_, second) =>
    rows.reduce((sum, row) => sum + (row[second] ?? 0), 0),
  );

function panel(
  at: number,
  title: string,
  ours: readonly (readonly number[])[],
  peer: readonly number[],
  limit: number,
) {
  const seconds = total(ours).length;
  const top = limit * 1.3;
  const { x, y } = plane({ ...PANEL, left: at + PANEL.left, most: { x: seconds, y: top } });
  const below: number[] = Array.from({ length: seconds }, () => 0);
  const parts: string[] = [];
  ours.forEach((row, i) => {
    const lower = below.map((units, s): Point => [x(s + 0.5), y(units)]);
    row.forEach((units, s) => (below[s]! += units));
    const upper = below.map((units, s): Point => [x(s + 0.5), y(units)]);
    parts.push(`<path d="${linePath([...upper, ...lower.reverse()])}Z" fill="${HUES[i % HUES.length]}"/>`);
  });
  const line = peer.slice(0, seconds).map((units, s): Point => [x(s + 0.5), y(units)]);
  parts.push(`<path d="${linePath(line)}" fill="none" stroke="#b3261e" stroke-width="2"/>`);
  parts.push(
    `<path d="M${x(0)} ${y(limit)}H${x(seconds)}" stroke="#333" stroke-dasharray="5 4"/>`,
    `<path d="M${x(0)} ${PANEL.top}V${y(0)}H${x(seconds)}" fill="none" stroke="#333"/>`,
    `<text x="${x(0)}" y="${PANEL.top - 12}" font-weight="bold">${escapeXml(title)}</text>`,
  );
  for (let units = 0; units <= top; units += limit / 4)
    parts.push(`<text x="${x(0) - 6}" y="${y(units) + 4}" text-anchor="end">${Math.round(units)}</text>`);
  const step = seconds > 40 ? 10 : 5;
  for (let second = 0; second <= seconds; second += step)
    parts.push(`<text x="${x(second)}" y="${y(0) + 16}" text-anchor="middle">${second} s</text>`);
  return parts.join('\n');
}

const { machine, traces } = JSON.parse(readFileSync(process.argv[2] ?? join(tmpdir(), 'bench.json'), 'utf8')) as Bench;
const trace = (name: string): number[][] => {
  const rows = traces[name];
  if (!rows) throw new Error(`no trace "${name}": the bench has to run its parts one and sixteen`);
  return rows;
};

const legend = [
  ['#2f93a8', 'dynamoctl, a shade for each physical partition'],
  ['#b3261e', 'a 32-way loop'],
  ['#333', '- - what the server allows'],
]
  .map(([colour, text], i) => `<text x="${[55, 380, 520][i]}" y="318" fill="${colour}">${text}</text>`)
  .join('\n');

writeFileSync(
  OUT,
  `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="350" viewBox="0 0 ${WIDTH} 350" font-family="sans-serif" font-size="12">
<title>Write units a second, committed by a throttling server, through one physical partition and through sixteen</title>
<rect width="${WIDTH}" height="350" fill="#fff"/>
${panel(0, 'one physical partition: WCU/s', trace('one range, dynamoctl'), total(trace('one range, 32-way loop')), 1000)}
${panel(PANEL.gap, '16 physical partitions: WCU/s', trace('16 ranges, dynamoctl'), total(trace('16 ranges, 32-way loop')), 16000)}
${legend}
<text x="55" y="340" fill="#666">${escapeXml(`${machine.command}, commit ${machine.commit}`)}</text>
</svg>
`,
);
console.log(`docs/throughput.svg of ${machine.command}`);
