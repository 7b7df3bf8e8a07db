import t from 'tap';
import { redact, valueAt } from '../../../../src/cli/render/redact.js';

t.test('a value as an error may show it', async (t) => {
  const rows: readonly [reason: string, path: string, value: unknown, shown: string][] = [
    ['a short text', 'spec.mode', 'Dry', '"Dry"'],
    ['a number', 'spec.maxWriteUnitsPerSecond', 0, '0'],
    ['a boolean', 'spec.suspend', true, 'true'],
    ['a long text is cut', 'spec.mode', 'x'.repeat(200), `"${'x'.repeat(119)}…`],
    ['nothing', 'spec.mode', undefined, 'nothing'],
    ['null', 'spec.mode', null, 'null'],
    ['a list may hold a key', 'spec', ['secret'], 'a list'],
    ['an object may hold a key', 'spec', { partitionValue: 'secret' }, 'an object'],
    ['a partition value', 'spec.ddbCtlDpJob.partitionValue', 'secret', 'a string'],
    ['a partition value of the wrong type', 'spec.ddbCtlDpJob.partitionValue', 4711, 'a number'],
    ['a sort key', 'spec.ddbCtlDpJob.sortKey.from', 'secret', 'a string'],
    ['the name of a Secret is no key', 'spec.ddbCtlDpJob.partitionValueFrom.secretKeyRef.name', 'A b', '"A b"'],
  ];
  for (const [reason, path, value, shown] of rows) t.equal(redact(path, value), shown, reason);
});

t.test('the value at a path, as errors name paths', async (t) => {
  const object = { spec: { tolerations: [{ key: 'a' }, { key: 'b' }], mode: null } };
  for (const [reason, path, value] of [
    ['a field', 'spec.tolerations', object.spec.tolerations],
    ['an item of a list', 'spec.tolerations[1].key', 'b'],
    ['the whole', '', object],
    ['a field that is not there', 'spec.labels.app', undefined],
    ['a field of null', 'spec.mode.x', undefined],
  ] as const)
    t.same(valueAt(object, path), value, reason);
});
