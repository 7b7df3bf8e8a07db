import t from 'tap';
import { ENV } from '../../../src/api/worker.js';
import type { Flags } from '../../../src/worker/fields.js';
import { readWorkerInput } from '../../../src/worker/input.js';

const flags: Flags = { tableName: 'Orders', partitionValue: 'secret' };
/** @param more undefined: a flag that is not given, which commander leaves out */
const read = (more: { [Name in keyof Flags]?: Flags[Name] | undefined } = {}, env: Record<string, string> = {}) => {
  const given = Object.entries({ ...flags, ...more }).filter(([, value]) => value !== undefined);
  return readWorkerInput(Object.fromEntries(given), env);
};

const NO_CAPS = {
  maxWriteUnitsPerSecond: undefined,
  maxReadUnitsPerSecond: undefined,
  capacitySharePercent: undefined,
};

t.test('flags, as the original tool has them', async (t) => {
  t.same(read({ endpointUrl: 'http://dynamodb.local:8000', region: 'eu-west-1' }), {
    input: {
      asked: { tableName: 'Orders', partitionValue: 'secret', mode: 'Execute', requirePointInTimeRecovery: false },
      region: 'eu-west-1',
      endpoint: 'http://dynamodb.local:8000',
      trustedEndpoints: [],
      caps: NO_CAPS,
      defaultCaps: NO_CAPS,
      requestPath: 'fast',
      reportSeconds: 30,
    },
  });
});

t.test("a Job's environment", async (t) => {
  const env = {
    [ENV.tableName]: 'Orders',
    [ENV.partitionValue]: 'a$$b',
    [ENV.region]: 'us-east-1',
    [ENV.endpointURL]: 'https://dynamodb.example:8443/',
    [ENV.mode]: 'DryRun',
    [ENV.sortKeyFrom]: '-1',
    [ENV.sortKeyTo]: '10',
    [ENV.maxWriteUnitsPerSecond]: '100',
    [ENV.maxReadUnitsPerSecond]: '50',
    [ENV.capacitySharePercent]: '20',
    [ENV.maxItems]: '7',
    [ENV.holdTag]: 'hold=true',
    [ENV.requirePointInTimeRecovery]: 'true',
    [ENV.trustedEndpoints]: 'https://dynamodb.example:8443,http://*.local',
    [ENV.requestPath]: 'sdk',
    [ENV.reportSeconds]: '5',
    [ENV.parentName]: 'delete-orders',
    [ENV.parentNamespace]: 'shop',
    [ENV.parentUID]: 'uid-1',
    [ENV.jobUID]: 'uid-2',
  };
  t.same(readWorkerInput({}, env), {
    input: {
      asked: {
        tableName: 'Orders',
        partitionValue: 'a$$b',
        mode: 'DryRun',
        requirePointInTimeRecovery: true,
        maxItems: 7,
        holdTag: { key: 'hold', value: 'true' },
        sortKey: { from: '-1', to: '10' },
      },
      region: 'us-east-1',
      endpoint: 'https://dynamodb.example:8443/',
      trustedEndpoints: ['https://dynamodb.example:8443', 'http://*.local'],
      caps: { maxWriteUnitsPerSecond: 100, maxReadUnitsPerSecond: 50, capacitySharePercent: 20 },
      defaultCaps: NO_CAPS,
      requestPath: 'sdk',
      reportSeconds: 5,
      parent: { name: 'delete-orders', namespace: 'shop', uid: 'uid-1', jobUID: 'uid-2' },
    },
  });
});

t.test('flags win over the environment', async (t) => {
  t.match(read({ region: 'eu-west-1' }, { [ENV.region]: 'us-west-2', [ENV.tableName]: 'Other' }), {
    input: { region: 'eu-west-1', asked: { tableName: 'Orders' } },
  });
});

t.test('the region', async (t) => {
  const arn = 'arn:aws:dynamodb:eu-central-1:123456789012:table/Orders';
  t.match(read({}, { AWS_REGION: 'eu-west-1' }), { input: { region: 'eu-west-1' } }, 'as AWS is configured');
  t.match(read({}, { AWS_DEFAULT_REGION: 'eu-west-1' }), { input: { region: 'eu-west-1' } });
  const second = { AWS_REGION: '', AWS_DEFAULT_REGION: 'eu-west-2' };
  t.match(read({}, second), { input: { region: 'eu-west-2' } }, 'an empty variable is none');
  t.notOk('region' in (read({}, { AWS_REGION: '' }) as { input: object }).input);
  t.match(read({ tableName: arn }, { AWS_REGION: 'eu-west-1' }), { input: { region: 'eu-central-1' } }, "the ARN's");
  t.match(read({ tableName: arn, region: 'eu-west-1' }), { wrong: [/must be the region in the table's ARN/] });
  t.notOk('region' in (read() as { input: object }).input, 'left to the AWS configuration');
});

t.test('what is wrong is named, each thing, with what was given but for the value of a key', async (t) => {
  const long = 'secret\u0000';
  for (const [reason, more, env, wrong] of [
    [
      'no table',
      { tableName: undefined },
      {},
      [/^--table-name: is required \(or DYNAMOCTL_TABLE_NAME in the environment\)$/],
    ],
    ['no partition', { partitionValue: undefined }, {}, [/^--partition-value: is required/]],
    ['an empty partition', { partitionValue: '' }, {}, [/^--partition-value: must not be empty/]],
    [
      'an empty one from a Secret',
      { partitionValue: undefined },
      { [ENV.partitionValue]: '' },
      [/^DYNAMOCTL_PARTITION_VALUE: /],
    ],
    ['NUL', { partitionValue: long }, {}, [/^--partition-value: partition value must not contain the NUL/]],
    [
      'NUL in a sort key',
      { sortKeyBeginsWith: long },
      {},
      [/^--sort-key-begins-with: sort key must not contain the NUL/],
    ],
    ['a tag', { holdTag: '=x' }, {}, [/^--hold-tag: must be the key of a tag, or key=value \(given: "=x"\)$/]],
    [
      "another region than the ARN's, in the environment",
      { tableName: 'arn:aws:dynamodb:eu-central-1:123456789012:table/Orders' },
      { [ENV.region]: 'eu-west-1' },
      [/^DYNAMOCTL_REGION: must be the region in the table's ARN \(given: "eu-west-1"\)$/],
    ],
    ['a table name', { tableName: 'a b' }, {}, [/^--table-name: .*\(given: "a b"\)$/]],
    [
      'the sample with the broken endpoint',
      { endpointUrl: 'http://aws-dynamhttp://dynamodb.local:8000' },
      {},
      [/did you mean http:\/\/dynamodb\.local:8000\?/],
    ],
    ['a region', { region: 'Frankfurt' }, {}, [/^--region: .*given: "Frankfurt"/]],
    ['a region in the environment', {}, { [ENV.region]: 'x' }, [/^DYNAMOCTL_REGION: /]],
    ['the other half', { sortKeyTo: 'secret' }, {}, [/^--sort-key-…: /]],
    ['half a range', { sortKeyFrom: 'secret' }, {}, [/^--sort-key-…: /]],
    ['two restrictions', { sortKeyFrom: 'a', sortKeyTo: 'b', sortKeyBeginsWith: 'secret' }, {}, [/^--sort-key-…: /]],
    ['a cap', { maxWriteUnitsPerSecond: '0' }, {}, [/^--max-write-units-per-second: .*given: "0"/]],
    ['a share', { capacitySharePercent: '101' }, {}, [/^--capacity-share-percent: .*1 to 100 \(given: "101"\)$/]],
    ['a number of items', { maxItems: '0' }, {}, [/^--max-items: .*items, 1 or more \(given: "0"\)$/]],
    ['a number of items that is not exact', { maxItems: '9007199254740993' }, {}, [/^--max-items: /]],
    ['a cap that is no whole number', { maxReadUnitsPerSecond: '1.5' }, {}, [/^--max-read-units-per-second/]],
    ['a mode', {}, { [ENV.mode]: 'Delete' }, [/^DYNAMOCTL_MODE: .*Execute, DryRun.*"Delete"/]],
    ['a boolean', {}, { [ENV.requirePointInTimeRecovery]: 'yes' }, [/true or false/]],
    [
      'the way of requests',
      { requestPath: 'slow' },
      {},
      [/^--request-path: must be one of fast, sdk \(given: "slow"\)$/],
    ],
    ['report seconds', {}, { [ENV.reportSeconds]: '0' }, [/^DYNAMOCTL_REPORT_SECONDS/]],
    [
      'half a parent',
      {},
      { [ENV.parentUID]: 'u', [ENV.parentName]: 'n', [ENV.parentNamespace]: 'ns' },
      [/^DYNAMOCTL_JOB_UID/],
    ],
    ['several', { tableName: '', region: 'x' }, {}, [/table-name/, /region/]],
  ] as const) {
    const result = read(more, env);
    t.match(result, { wrong: [...wrong] }, reason);
    t.equal((result as { wrong: string[] }).wrong.length, wrong.length, `${reason}: and nothing else`);
    t.notMatch(JSON.stringify(result), /secret/, `${reason}: no key is shown`);
  }
});

t.test('a switch on the command line wins over the environment, one that is off does not', async (t) => {
  const rows: readonly [reason: string, flags: Flags, env: Record<string, string>, asked: object][] = [
    ['--dry-run', { dryRun: true }, { [ENV.mode]: 'Execute' }, { mode: 'DryRun' }],
    ['--dry-run, and nonsense in the environment', { dryRun: true }, { [ENV.mode]: 'Delete' }, { mode: 'DryRun' }],
    ['no --dry-run', { dryRun: false }, { [ENV.mode]: 'DryRun' }, { mode: 'DryRun' }],
    [
      'all of them off',
      { dryRun: false, requirePointInTimeRecovery: false },
      {},
      { mode: 'Execute', requirePointInTimeRecovery: false },
    ],
    ['neither', {}, {}, { mode: 'Execute', requirePointInTimeRecovery: false }],
    [
      '--require-point-in-time-recovery',
      { requirePointInTimeRecovery: true },
      { [ENV.requirePointInTimeRecovery]: 'false' },
      { requirePointInTimeRecovery: true },
    ],
    ['a prefix', { sortKeyBeginsWith: 'a' }, {}, { sortKey: { beginsWith: 'a' } }],
    ['a range', { sortKeyFrom: 'a' }, { [ENV.sortKeyTo]: 'b' }, { sortKey: { from: 'a', to: 'b' } }],
  ];
  for (const [reason, more, env, asked] of rows) t.match(read(more, env), { input: { asked } }, reason);
});

t.test('an empty text is refused, but for a list', async (t) => {
  t.match(read({ trustedEndpoints: '' }), { input: { trustedEndpoints: [] } });
  for (const empty of [
    { tableName: '' },
    { endpointUrl: '' },
    { region: '' },
    { sortKeyBeginsWith: '' },
    { maxWriteUnitsPerSecond: '' },
  ])
    t.match(read(empty), { wrong: [/^--[a-z-]+: must [a-z ,0-9]+$/] }, Object.keys(empty).join());
});

t.test("the greatest cap is Kubernetes' greatest integer", async (t) => {
  t.match(read({ maxWriteUnitsPerSecond: '2147483647' }), { input: { caps: { maxWriteUnitsPerSecond: 2147483647 } } });
  t.match(read({ maxWriteUnitsPerSecond: '2147483648' }), { wrong: [/whole number/] });
});

t.test("the operator's default limits hold where the resource sets none", async (t) => {
  const env = {
    [ENV.defaultMaxWriteUnitsPerSecond]: '100',
    [ENV.defaultMaxReadUnitsPerSecond]: '200',
    [ENV.defaultCapacitySharePercent]: '30',
    [ENV.maxReadUnitsPerSecond]: '50',
  };
  const defaultCaps = { maxWriteUnitsPerSecond: 100, maxReadUnitsPerSecond: 200, capacitySharePercent: 30 };
  t.match(read({}, env), { input: { caps: { ...defaultCaps, maxReadUnitsPerSecond: 50 }, defaultCaps } });
  t.match(read({}, { [ENV.defaultCapacitySharePercent]: '0' }), {
    wrong: [/^DYNAMOCTL_DEFAULT_CAPACITY_SHARE_PERCENT/],
  });
});

t.test('a key that arrived as other bytes than were given is refused, and not shown', async (t) => {
  const asked: string[] = [];
  const mangled = readWorkerInput({ tableName: 'Orders' }, { [ENV.partitionValue]: 'b\uFFFDse' }, (text, name) => {
    asked.push(`${name}=${text}`);
    return name !== ENV.partitionValue;
  });
  t.same(mangled, { wrong: [`${ENV.partitionValue}: is not UTF-8, as keys are; give it in that encoding`] });
  t.same(asked, ['--table-name=Orders', `${ENV.partitionValue}=b\uFFFDse`]);
});
