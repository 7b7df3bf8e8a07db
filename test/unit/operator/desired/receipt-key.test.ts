import t from 'tap';
import { APPROVED_BY_ANNOTATION, CREATED_BY_ANNOTATION } from '../../../../src/api/names.js';
import { receiptInput, receiptKeyVolume } from '../../../../src/operator/desired/receipt-key.js';

const settings = { receiptKeySecret: 'receipt-key', workerImage: 'image@sha256:abc' };
const told = { parent: {}, mode: 'Execute', settings } as const;
const input = {
  receiptKeyFile: '/etc/dynamoctl/receipt/private.pem',
  receiptKeySecret: 'receipt-key',
  image: 'image@sha256:abc',
  createdBy: undefined,
  approvedBy: undefined,
};

t.test('a deletion gets the key, and nothing else of the Secret', async (t) => {
  t.strictSame(receiptInput(told), input);
  t.strictSame(receiptKeyVolume(told), {
    volumes: [
      {
        name: 'receipt-key',
        secret: {
          secretName: 'receipt-key',
          items: [{ key: 'private.pem', path: 'private.pem' }],
          defaultMode: 292,
          optional: true,
        },
      },
    ],
    mounts: [{ name: 'receipt-key', mountPath: '/etc/dynamoctl/receipt', readOnly: true }],
  });
});

t.test('who gets none', async (t) => {
  for (const [why, change] of [
    ['a DryRun', { mode: 'DryRun' }],
    ['where the operator has no key', { settings: { ...settings, receiptKeySecret: '' } }],
  ] as const) {
    t.strictSame(receiptInput({ ...told, ...change }), {}, why);
    t.strictSame(receiptKeyVolume({ ...told, ...change }), {}, why);
  }
});

t.test('what the receipt may name', async (t) => {
  const named = (createdBy: string, approvedBy: string, workerImage = 'i'): object =>
    receiptInput({
      ...told,
      parent: { annotations: { [CREATED_BY_ANNOTATION]: createdBy, [APPROVED_BY_ANNOTATION]: approvedBy } },
      settings: { ...settings, workerImage },
    });
  for (const [why, name, expected] of [
    ['a user', 'alice@example.com', 'alice@example.com'],
    ['a service account', 'system:serviceaccount:shop:ci', 'system:serviceaccount:shop:ci'],
    ['the longest name', 'x'.repeat(256), 'x'.repeat(256)],
    ['a longer one: cut, it would name somebody else', 'x'.repeat(257), undefined],
    ['none', '', undefined],
    ['two lines', 'alice\nbob', undefined],
    ['what no environment can hold', 'alice\0', undefined],
  ] as const) {
    t.match(named(name, 'bob'), { createdBy: expected, approvedBy: 'bob' }, why);
    t.match(named('alice', name), { createdBy: 'alice', approvedBy: expected }, why);
    t.match(named('alice', 'bob', name || 'i'), { image: name === '' ? 'i' : expected }, why);
  }
});
