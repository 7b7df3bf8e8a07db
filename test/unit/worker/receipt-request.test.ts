import t from 'tap';
import { ENV } from '../../../src/api/worker.js';
import { readReceiptRequest } from '../../../src/worker/receipt-request.js';

const KEY = { [ENV.receiptKeyFile]: '/key.pem', [ENV.receiptKeySecret]: 'receipt-key' };
const MORE = { [ENV.image]: 'image:1', [ENV.createdBy]: 'alice', [ENV.approvedBy]: 'bob' };

t.test('what a worker is told for its receipt', async (t) => {
  const request = { keyFile: '/key.pem', secret: 'receipt-key' };
  for (const [why, env, expected] of [
    ['no key, no receipt', MORE, undefined],
    ['the key alone', KEY, request],
    ['all of it', { ...KEY, ...MORE }, { ...request, image: 'image:1', createdBy: 'alice', approvedBy: 'bob' }],
    [
      'a name that is empty is not taken for none: nothing can be read there',
      { [ENV.receiptKeyFile]: '' },
      { keyFile: '', secret: '' },
    ],
  ] as const)
    t.strictSame(readReceiptRequest(env), expected, why);
});
