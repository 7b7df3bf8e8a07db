import { readFileSync, statSync } from 'node:fs';
import t from 'tap';
import { svgOf } from './ansi-to-svg.js';

t.test('colours, columns and what XML would take for its own', async (t) => {
  const svg = svgOf('a <b>\n\u001b[32m██\u001b[2m\u001b[39m░ \u001b[0mend\n\n', 10);
  t.match(svg, '>a\u00a0&lt;b&gt;</text>');
  t.match(svg, /<text x="16\.0" y="50" textLength="16\.9" fill="#a6e3a1">██<\/text>/);
  t.match(svg, /<text x="32\.9" y="50" textLength="16\.9" opacity="0\.6">░\u00a0<\/text>/);
  t.match(svg, /<text x="49\.7" y="50" textLength="25\.3">end<\/text>/);
  t.throws(() => svgOf('\u001b[5mblinks', 10), /SGR 5 is not known/);
});

t.test('the picture of the README is there, small, and of mid-run', async (t) => {
  const path = /!\[[^\]]+\]\((docs\/[\w.]+)\)/.exec(readFileSync('README.md', 'utf8'))?.[1] ?? '';
  t.ok(statSync(path).size < 200_000);
  t.match(
    readFileSync(path, 'utf8').replaceAll('\u00a0', ' '),
    /Deleting.* [1-9]\d % .* items.*write units\/s.*ETA.*throttled/s,
  );
});
