/** Converts a terminal's text with colors to SVG. Supports only the few escape sequences (SGR) in our output. */
const FONT = 14;
const WIDTH = 8.43;
const HEIGHT = 20;
const PADDING = 16;
const BACKGROUND = '#1e1e2e';
const FOREGROUND = '#d9e0ee';

interface Pen {
  bold: boolean;
  dim: boolean;
  color: string | undefined;
}

/** SGR code → what it does to the pen. Source: ECMA-48, 8.3.117 */
const CODES: Readonly<Record<string, Partial<Pen>>> = {
  '': { bold: false, dim: false, color: undefined },
  '0': { bold: false, dim: false, color: undefined },
  '1': { bold: true },
  '2': { dim: true },
  '22': { bold: false, dim: false },
  '31': { color: '#f38ba8' },
  '32': { color: '#a6e3a1' },
  '33': { color: '#f9e2af' },
  '39': { color: undefined },
  '49': {},
};

/** Spaces that viewers do not collapse. */
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll(' ', '\u00a0');

/** @throws Error for an unknown code, so that nothing is drawn incorrectly */
export function svgOf(screen: string, columns: number): string {
  const lines = screen.replace(/\n+$/, '').split('\n');
  const pen: Pen = { bold: false, dim: false, color: undefined };
  const rows = lines.map((line, row) => {
    let column = 0;
    const runs = line.split(/(\u001b\[[0-9;]*m)/).map((part) => {
      const codes = /^\u001b\[([0-9;]*)m$/.exec(part)?.[1];
      if (codes === undefined) return textRun(part, pen, (column += [...part].length) - [...part].length, row);
      for (const code of codes.split(';')) {
        const change = CODES[code];
        if (!change) throw new Error(`SGR ${code} is not known`);
        Object.assign(pen, change);
      }
      return '';
    });
    return runs.join('');
  });
  const [width, height] = [Math.ceil(columns * WIDTH) + 2 * PADDING, lines.length * HEIGHT + 2 * PADDING];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<rect width="100%" height="100%" rx="8" fill="${BACKGROUND}"/>`,
    `<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="${FONT}" fill="${FOREGROUND}">`,
    ...rows.filter((row) => row !== ''),
    '</g>',
    '</svg>\n',
  ].join('\n');
}

function textRun(text: string, { bold, dim, color }: Pen, column: number, row: number): string {
  if (text.trim() === '') return '';
  const x = (PADDING + column * WIDTH).toFixed(1);
  const y = PADDING + row * HEIGHT + FONT;
  const style = [color && ` fill="${color}"`, bold && ' font-weight="bold"', dim && ' opacity="0.6"'];
  // The length is fixed, so that the columns match the terminal's with any font.
  const length = ([...text].length * WIDTH).toFixed(1);
  return `<text x="${x}" y="${y}" textLength="${length}"${style.filter(Boolean).join('')}>${escaped(text)}</text>`;
}
