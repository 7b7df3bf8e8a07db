import t from 'tap';
import { ENV } from '../../../src/api/worker.js';
import { type Field, FIELDS, type Flags, OPTIONS } from '../../../src/worker/fields.js';

t.test('what the texts mean', async (t) => {
  for (const [name, text, value] of [
    ['tableName', 'Orders', 'Orders'],
    ['partitionValue', ' x ', ' x '],
    ['dryRun', 'DryRun', 'DryRun'],
    ['skipConfirmation', 'true', true],
    ['requirePointInTimeRecovery', 'false', false],
    ['maxItems', '0010', 10],
    ['holdTag', 'hold=true', { key: 'hold', value: 'true' }],
    ['maxWriteUnitsPerSecond', '5', 5],
    ['trustedEndpoints', 'http://a, http://b', ['http://a', 'http://b']],
    ['requestPath', 'sdk', 'sdk'],
  ] as const)
    t.same(FIELDS[name].parse(text), value, name);
});

t.test('each variable has one field, and only keys are secret', async (t) => {
  const fields = Object.entries<Field<unknown>>(FIELDS);
  const variables = fields.flatMap(([, { env }]) => env ?? []);
  t.equal(new Set(variables).size, variables.length);
  for (const variable of variables) t.ok(Object.values<string>(ENV).includes(variable), variable);
  t.same(
    fields.filter(([, { secret }]) => secret).map(([name]) => name),
    ['partitionValue', 'sortKeyBeginsWith', 'sortKeyFrom', 'sortKeyTo'],
  );
});

t.test("commander's options come from the same table", async (t) => {
  const keys = OPTIONS.map(({ flag }) =>
    /--([a-z-]+)/.exec(flag)![1]!.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase()),
  );
  const all: Required<Flags> = {
    tableName: '',
    partitionValue: '',
    endpointUrl: '',
    region: '',
    skipConfirmation: true,
    dryRun: true,
    sortKeyBeginsWith: '',
    sortKeyFrom: '',
    sortKeyTo: '',
    maxWriteUnitsPerSecond: '',
    maxReadUnitsPerSecond: '',
    capacitySharePercent: '',
    maxItems: '',
    requirePointInTimeRecovery: true,
    holdTag: '',
    trustedEndpoints: '',
    requestPath: '',
  };
  t.same(keys, Object.keys(all), 'each under the key under which commander hands it over');
  for (const { flag, help } of OPTIONS) t.match(help, /^[a-zA-Z].*[^.]$/, flag);
});
