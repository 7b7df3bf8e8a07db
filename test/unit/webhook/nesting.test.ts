import t from 'tap';
import { DEEPEST, DEEPEST_CHILD, isDeeper, levelsOf } from '../../../src/webhook/nesting.js';

const BODIES: readonly { text: string; levels: number; because: string }[] = [
  { text: '', levels: 0, because: 'nothing' },
  { text: '1', levels: 0, because: 'a number' },
  { text: '"[{[{"', levels: 0, because: 'brackets in a text' },
  { text: '"\\"[["', levels: 0, because: 'a text with a quote in it' },
  { text: '["\\\\",[]]', levels: 2, because: 'a text that ends with a backslash' },
  { text: '{}', levels: 1, because: 'an object' },
  { text: '[[],[[]],[]]', levels: 3, because: 'the deepest counts' },
  { text: '{"a":[{"b":{}}]}', levels: 4, because: 'objects and lists' },
  { text: '['.repeat(1_000_000), levels: 1_000_000, because: 'a million that nobody closes' },
  { text: ']]]][', levels: 0, because: 'no JSON' },
];
for (const { text, levels, because } of BODIES)
  t.test(because, async (t) => {
    t.equal(levelsOf(Buffer.from(text)), levels);
    if (levels > 0 && levels < 10) {
      t.notOk(isDeeper(JSON.parse(text), levels), 'as deep as that');
      t.ok(isDeeper(JSON.parse(text), levels - 1), 'and deeper than less');
    }
  });

t.test('a value is looked into only as far as it may go', async (t) => {
  t.ok(isDeeper(JSON.parse('['.repeat(1_000_000) + ']'.repeat(1_000_000)), DEEPEST_CHILD));
  t.notOk(isDeeper(null, 0));
  t.notOk(isDeeper('text', 0));
  t.ok(isDeeper([], 0));
});

t.test('what the API server stores is not too deep', async (t) => {
  t.equal(DEEPEST, 10_003);
});
