import t from 'tap';
import { literal } from '../../../src/operator/literal.js';

t.test('Kubernetes must not expand what a user wrote', async (t) => {
  for (const [text, written] of [
    ['tenant-1', 'tenant-1'],
    ['$', '$$'],
    ['$(HOME)$$7', '$$(HOME)$$$$7'],
  ] as const)
    t.equal(literal(text), written);
});
