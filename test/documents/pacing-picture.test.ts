import { readFileSync } from 'node:fs';
import t from 'tap';
import { textOf } from './pages.js';
import { PICTURE, pacingPicture } from './pacing-picture.js';
import { pacingRun } from './pacing-run.js';

t.test('the picture of the pace is what the source draws (else: npm run pacing:picture)', async (t) => {
  const drawn = readFileSync(PICTURE, 'utf8');
  t.equal(drawn, await pacingPicture());
  t.ok(drawn.length < 60_000, 'it is small');
  t.notMatch(drawn, /NaN|undefined|Infinity/);
});

t.test('the run shows what the page says of it', async (t) => {
  const { moments } = await pacingRun();
  t.same(
    moments.map(({ what }) => what),
    ['first refusal', 'split', 'merge'],
  );
  for (const { at, what } of moments)
    t.match(textOf('docs/design/pacing.md'), `${(at / 1000).toFixed(1)} s`, `the page says when: ${what}`);
});
