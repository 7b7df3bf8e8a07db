/**
 * What the resource accepts and rejects, defined once for the schemas and rules in `src/api` (test/unit/api/rules.test.ts) and for
 * a real API server with the generated CRD (test/cluster/rules.test.ts).
 */
export interface RuleCase {
  /** The claim and, unless it is obvious, its reason. */
  claim: string;
  spec: unknown;
  /** The stored spec, if the case is about a change. */
  from?: unknown;
  /** All refusals that must occur; absent if the object is accepted. */
  refusals?: Refusal[];
}

interface Refusal {
  path: string;
  /** Part of the message. Rules have our wording; for bounds and types, each side's validator has its own. */
  message: string | { server: string; local: string };
  /** The path, if the API server reports a different one, for instance the map instead of its entry. */
  serverPath?: string;
}

type Fields = Record<string, unknown>;

const target = { tableName: 'Orders', partitionValue: 'TESTTENANTID' };
const on = (fields: Fields): Fields => ({ ddbCtlDpJob: { ...target, ...fields } });
const withSpec = (fields: Fields): Fields => ({ ddbCtlDpJob: target, ...fields });
const without = (field: keyof typeof target, fields: Fields = {}): Fields => {
  const { [field]: _, ...rest } = target;
  return { ddbCtlDpJob: { ...rest, ...fields } };
};

const at = (field: string): string => `spec.ddbCtlDpJob.${field}`;
const accepted = (claim: string, spec: unknown): RuleCase => ({ claim, spec });
const refused = (claim: string, spec: unknown, path: string, message: Refusal['message']): RuleCase => ({
  claim,
  spec,
  refusals: [{ path, message }],
});
const allowedChange = (claim: string, from: unknown, spec: unknown): RuleCase => ({ claim, from, spec });
const refusedChange = (claim: string, from: unknown, spec: unknown, path: string, message: string): RuleCase => ({
  claim,
  from,
  spec,
  refusals: [{ path, message }],
});

const TOO_LONG = { server: 'Too long', local: 'string length less or equal' };
const TOO_SHORT = { server: 'should be at least', local: 'string length greater or equal' };
const TOO_MANY = { server: 'Too many', local: 'length to be less or equal' };
const TOO_SMALL = { server: 'should be greater than or equal to', local: 'greater or equal' };
const TOO_LARGE = { server: 'should be less than or equal to', local: 'less or equal' };
const MISSING = { server: 'Required value', local: 'required property' };
const NO_PATTERN = { server: 'should match', local: 'match' };
const NOT_ONE_OF = { server: 'Unsupported value', local: 'Expected one of' };
const WRONG_TYPE = { server: 'must be of type', local: 'Expected' };

const TABLE = 'tableName must be a table name (3 to 255 letters, digits, _ . -) or a table ARN';
const REGION = 'awsRegion must be the code of an AWS region';
const ARN_REGION = "awsRegion must be the region in tableName's ARN";
const ENDPOINT =
  'endpointURL must be http:// or https://, a host and optionally a port, without path, query, fragment or user name';
const ONE_VALUE = 'set exactly one of partitionValue and partitionValueFrom';
const SORT_KEY = 'sortKey takes either beginsWith, or both from (inclusive) and to (exclusive)';
const QUANTITY = { server: 'should match', local: 'each a quantity such as 500m or 1Gi' };
const REQUEST = 'a request must not exceed its limit';
const RESOURCE = 'resources may name only cpu, memory, ephemeral-storage';
const IMMUTABLE =
  'ddbCtlDpJob cannot be changed: what a run deletes is fixed; create a new DdbctlDpJob for another target';
const APPROVE = 'mode is DryRun and cannot be removed: set mode: Execute to approve the deletion of what was counted';
const NEVER_BACK =
  'mode cannot become DryRun: this DdbctlDpJob may already be deleting; create a new one with mode: DryRun to count first';
const CANCEL = 'cancel cannot be undone: create a new DdbctlDpJob to start again; use suspend to pause a run';
const nul = (field: string): string => `${field} must not contain the NUL character (U+0000)`;

const MAX_INT32 = 2147483647;
const arn = (region: string, name = 'Orders', partition = 'aws'): string =>
  `arn:${partition}:dynamodb:${region}:123456789012:table/${name}`;
const secretKeyRef = { name: 'ddbctl-erasure', key: 'customer' };
const entries = (n: number, value: string): Record<string, string> =>
  Object.fromEntries(Array.from({ length: n }, (_, i) => [`example.com/k${i}`, value]));

const tables: RuleCase[] = [
  accepted('a table name of three characters', on({ tableName: 'a.b' })),
  accepted('a table name of 255 characters, of every kind', on({ tableName: `A-_.9${'x'.repeat(250)}` })),
  accepted('an ARN in the default region', on({ tableName: arn('us-east-1') })),
  accepted('an ARN in the region that is said', on({ tableName: arn('eu-central-1'), awsRegion: 'eu-central-1' })),
  accepted(
    'an ARN of the Chinese partition',
    on({ tableName: arn('cn-north-1', 'Orders', 'aws-cn'), awsRegion: 'cn-north-1' }),
  ),
  accepted(
    'an ARN with the longest name and region',
    on({ tableName: arn('us-gov-west-1', 'x'.repeat(255), 'aws-us-gov'), awsRegion: 'us-gov-west-1' }),
  ),
  accepted('a name that begins as an ARN does, without its colons', on({ tableName: 'arn.orders' })),
  refused('no target at all', {}, 'spec.ddbCtlDpJob', MISSING),
  refused('no table', without('tableName'), at('tableName'), MISSING),
  refused('a table name of two characters', on({ tableName: 'ab' }), at('tableName'), TOO_SHORT),
  refused('a table name of 256 characters', on({ tableName: 'x'.repeat(256) }), at('tableName'), TABLE),
  refused('a table name longer than any ARN', on({ tableName: 'x'.repeat(321) }), at('tableName'), TOO_LONG),
  refused('a table name with a space', on({ tableName: 'My Orders' }), at('tableName'), TABLE),
  refused('a table name with a newline at its end', on({ tableName: 'Orders\n' }), at('tableName'), TABLE),
  refused('a table name with a slash', on({ tableName: 'table/Orders' }), at('tableName'), TABLE),
  refused('a table name with a letter that is not ASCII', on({ tableName: 'Bücher' }), at('tableName'), TABLE),
  refused('a table name with an emoji', on({ tableName: 'Orders😀' }), at('tableName'), TABLE),
  refused('an ARN of an index', on({ tableName: `${arn('us-east-1')}/index/byDate` }), at('tableName'), TABLE),
  refused(
    'an ARN of another service',
    on({ tableName: 'arn:aws:s3:us-east-1:123456789012:table/Orders' }),
    at('tableName'),
    TABLE,
  ),
  refused('an ARN that is cut off', on({ tableName: 'arn:aws:dynamodb' }), at('tableName'), TABLE),
  refused('a table that is a number', on({ tableName: 123 }), at('tableName'), WRONG_TYPE),
  refused(
    'an ARN of another region than the default',
    on({ tableName: arn('eu-west-1') }),
    at('').slice(0, -1),
    ARN_REGION,
  ),
  refused(
    'an ARN of another region than the one that is said',
    on({ tableName: arn('us-east-1'), awsRegion: 'eu-west-1' }),
    at('').slice(0, -1),
    ARN_REGION,
  ),
];

const keys: RuleCase[] = [
  accepted('a key of one character', on({ partitionValue: 'x' })),
  accepted('a negative number', on({ partitionValue: '-12' })),
  accepted('what Kubernetes would expand in an environment variable', on({ partitionValue: 'a$$b$(HOME)' })),
  accepted('quotes, tabs, newlines and other control characters', on({ partitionValue: `"'\\\t\r\n\u0001\u007f` })),
  accepted('the last code points there are', on({ partitionValue: '\uffee\u{1f600}\u{10ffff}' })),
  accepted('the backslash and the letters of an escaped NUL', on({ partitionValue: '\\u0000 \\x00 \\0' })),
  accepted('2732 characters', on({ partitionValue: 'x'.repeat(2732) })),
  accepted('2732 emoji: a length is counted in code points', on({ partitionValue: '😀'.repeat(2732) })),
  accepted('a key from a Secret', without('partitionValue', { partitionValueFrom: { secretKeyRef } })),
  refused('no key', without('partitionValue'), at('').slice(0, -1), ONE_VALUE),
  refused('two keys', on({ partitionValueFrom: { secretKeyRef } }), at('').slice(0, -1), ONE_VALUE),
  refused('an empty key', on({ partitionValue: '' }), at('partitionValue'), TOO_SHORT),
  refused('2733 characters', on({ partitionValue: 'x'.repeat(2733) }), at('partitionValue'), TOO_LONG),
  refused('2733 emoji', on({ partitionValue: '😀'.repeat(2733) }), at('partitionValue'), TOO_LONG),
  refused('NUL alone', on({ partitionValue: '\0' }), at('partitionValue'), nul('partitionValue')),
  refused('NUL within', on({ partitionValue: 'a\0b' }), at('partitionValue'), nul('partitionValue')),
  refused('NUL at the end', on({ partitionValue: 'TESTTENANTID\0' }), at('partitionValue'), nul('partitionValue')),
  refused('a key that is a number: YAML without quotes', on({ partitionValue: 12 }), at('partitionValue'), WRONG_TYPE),
  refused(
    'a Secret without its key',
    without('partitionValue', { partitionValueFrom: { secretKeyRef: { name: 'ddbctl-erasure' } } }),
    at('partitionValueFrom.secretKeyRef.key'),
    MISSING,
  ),
  refused(
    'a Secret with a name that none can have',
    without('partitionValue', { partitionValueFrom: { secretKeyRef: { ...secretKeyRef, name: 'Erasure_1' } } }),
    at('partitionValueFrom.secretKeyRef.name'),
    NO_PATTERN,
  ),
  refused(
    'a key of a Secret that none can have',
    without('partitionValue', { partitionValueFrom: { secretKeyRef: { ...secretKeyRef, key: 'a/b' } } }),
    at('partitionValueFrom.secretKeyRef.key'),
    NO_PATTERN,
  ),
];

const regions: RuleCase[] = [
  ...['eu-central-1', 'ap-southeast-10', 'us-gov-west-1', 'us-iso-east-1', 'eusc-de-east-1', 'mx-central-1'].map(
    (awsRegion) => accepted(`the region ${awsRegion}`, on({ awsRegion })),
  ),
  ...['US-EAST-1', 'us-east', 'us-east-100', 'us--east-1', ' us-east-1', 'us-east-1\n', 'us-east-1.evil', ''].map(
    (awsRegion) => refused(`the region ${JSON.stringify(awsRegion)}`, on({ awsRegion }), at('awsRegion'), REGION),
  ),
  refused('a region of 33 characters', on({ awsRegion: 'x'.repeat(33) }), at('awsRegion'), TOO_LONG),
];

const endpoints: RuleCase[] = [
  ...[
    'http://dynamodb.local:8000',
    'https://dynamodb.eu-central-1.amazonaws.com',
    'http://10.244.0.1:8000',
    'http://[::1]:8000',
    'http://[fe80::1.2.3.4]',
    'http://dynamodb.local/',
    'http://dynamodb.local:8000/',
    'http://a_b.C:1',
    'http://h:65535',
    'http://http',
    'http://https:8000',
  ].map((endpointURL) => accepted(`the endpoint ${endpointURL}`, on({ endpointURL }))),
  refused(
    "the ancestor's sample: one URL within another",
    on({ endpointURL: 'http://aws-dynamhttp://dynamodb.local:8000' }),
    at('endpointURL'),
    `${ENDPOINT}; did you mean http://dynamodb.local:8000?`,
  ),
  refused(
    'a letter too much before the URL',
    on({ endpointURL: 'xhttps://dynamodb.local' }),
    at('endpointURL'),
    `${ENDPOINT}; did you mean https://dynamodb.local?`,
  ),
  refused(
    'one URL within another, and the inner one no good either: nothing is proposed',
    on({ endpointURL: 'http://a-http://b/c' }),
    at('endpointURL'),
    ENDPOINT,
  ),
  refused(
    'characters outside the basic plane before the URL: both sides cut at the same place',
    on({ endpointURL: '😀😀http://dynamodb.local' }),
    at('endpointURL'),
    `${ENDPOINT}; did you mean http://dynamodb.local?`,
  ),
  ...['dynamodb.local:8000', 'localhost:8000', '[::1]:8000', 'http-proxy:3128'].map((endpointURL) =>
    refused(
      `the endpoint ${endpointURL}, without a scheme`,
      on({ endpointURL }),
      at('endpointURL'),
      `${ENDPOINT}; did you mean http://${endpointURL}?`,
    ),
  ),
  ...[
    'localhost',
    'localhost:8000/path',
    'localhost:65536',
    'mailto:8000x',
    'ftp://dynamodb.local',
    'HTTP://dynamodb.local',
    '//dynamodb.local',
    'http://',
    'http:///',
    'http://:8000',
    'http://h:',
    'http://h:0',
    'http://h:65536',
    'http://h:80000',
    'http://h:8000x',
    'http://h/path',
    'http://h//',
    'http://h?q=1',
    'http://h/?q=1',
    'http://h#f',
    'http://user@h',
    'http://user:password@h:8000',
    'http://h h',
    ' http',
    'http://h\n',
    'http://h\\@evil',
    'http://%41',
    'http://bücher.example',
    'http://-h',
    'http://h-',
    'http://[::1',
    'http://[::1]x',
  ].map((endpointURL) =>
    refused(`the endpoint ${JSON.stringify(endpointURL)}`, on({ endpointURL }), at('endpointURL'), ENDPOINT),
  ),
  refused('an empty endpoint', on({ endpointURL: '' }), at('endpointURL'), TOO_SHORT),
  refused(
    'an endpoint of 513 characters',
    on({ endpointURL: `http://${'h'.repeat(506)}` }),
    at('endpointURL'),
    TOO_LONG,
  ),
];

const sortKeys: RuleCase[] = [
  accepted('a prefix', on({ sortKey: { beginsWith: '2024-' } })),
  accepted('a range', on({ sortKey: { from: '1', to: '2' } })),
  accepted('a range that is empty: the worker says so', on({ sortKey: { from: '2', to: '2' } })),
  accepted('1368 characters', on({ sortKey: { beginsWith: 'x'.repeat(1368) } })),
  refused('nothing', on({ sortKey: {} }), at('sortKey'), SORT_KEY),
  refused('from alone', on({ sortKey: { from: '1' } }), at('sortKey'), SORT_KEY),
  refused('to alone', on({ sortKey: { to: '1' } }), at('sortKey'), SORT_KEY),
  refused('a prefix and from', on({ sortKey: { beginsWith: '1', from: '1' } }), at('sortKey'), SORT_KEY),
  refused('all three', on({ sortKey: { beginsWith: '1', from: '1', to: '2' } }), at('sortKey'), SORT_KEY),
  refused('an empty prefix', on({ sortKey: { beginsWith: '' } }), at('sortKey.beginsWith'), TOO_SHORT),
  refused('1369 characters', on({ sortKey: { from: 'x'.repeat(1369), to: 'y' } }), at('sortKey.from'), TOO_LONG),
  refused(
    'NUL in a prefix',
    on({ sortKey: { beginsWith: 'a\0' } }),
    at('sortKey.beginsWith'),
    nul('sortKey.beginsWith'),
  ),
  {
    claim: 'NUL in both ends of a range: both are named',
    spec: on({ sortKey: { from: '\0', to: '1\0' } }),
    refusals: [
      { path: at('sortKey.from'), message: nul('sortKey.from') },
      { path: at('sortKey.to'), message: nul('sortKey.to') },
    ],
  },
];

const settings: RuleCase[] = [
  accepted('mode Execute', withSpec({ mode: 'Execute' })),
  accepted('mode DryRun', withSpec({ mode: 'DryRun' })),
  refused('another mode', withSpec({ mode: 'Delete' }), 'spec.mode', NOT_ONE_OF),
  refused('an empty mode', withSpec({ mode: '' }), 'spec.mode', NOT_ONE_OF),
  accepted('born suspended', withSpec({ suspend: true })),
  accepted('born cancelled', withSpec({ cancel: true })),
  refused('suspend as a word', withSpec({ suspend: 'true' }), 'spec.suspend', WRONG_TYPE),
  ...(['maxWriteUnitsPerSecond', 'maxReadUnitsPerSecond'] as const).flatMap((cap) => [
    accepted(`${cap} 1`, withSpec({ [cap]: 1 })),
    accepted(`${cap}, the greatest`, withSpec({ [cap]: MAX_INT32 })),
    refused(`${cap} 0`, withSpec({ [cap]: 0 }), `spec.${cap}`, TOO_SMALL),
    refused(`${cap} beyond int32`, withSpec({ [cap]: MAX_INT32 + 1 }), `spec.${cap}`, TOO_LARGE),
    refused(`${cap} with a fraction`, withSpec({ [cap]: 1.5 }), `spec.${cap}`, WRONG_TYPE),
    refused(`${cap} as text`, withSpec({ [cap]: '5' }), `spec.${cap}`, WRONG_TYPE),
  ]),
  ...(
    [
      ['capacitySharePercent', 1, 100],
      ['backoffLimit', 0, 10],
      ['activeDeadlineSeconds', 1, 604800],
      ['ttlSecondsAfterFinished', 0, MAX_INT32],
    ] as const
  ).flatMap(([field, least, most]) => [
    accepted(`${field} ${least}`, withSpec({ [field]: least })),
    accepted(`${field} ${most}`, withSpec({ [field]: most })),
    refused(`${field} ${least - 1}`, withSpec({ [field]: least - 1 }), `spec.${field}`, TOO_SMALL),
    refused(`${field} ${most + 1}`, withSpec({ [field]: most + 1 }), `spec.${field}`, TOO_LARGE),
  ]),
  accepted('maxItems 1', withSpec({ maxItems: 1 })),
  accepted('maxItems, the greatest', withSpec({ maxItems: Number.MAX_SAFE_INTEGER })),
  refused('maxItems 0', withSpec({ maxItems: 0 }), 'spec.maxItems', TOO_SMALL),
  refused('maxItems beyond what is exact', withSpec({ maxItems: 2 ** 53 }), 'spec.maxItems', TOO_LARGE),
  refused('maxItems with a fraction', withSpec({ maxItems: 1.5 }), 'spec.maxItems', WRONG_TYPE),
  refused('maxItems as text', withSpec({ maxItems: '5' }), 'spec.maxItems', WRONG_TYPE),
];

const pod: RuleCase[] = [
  accepted(
    'everything that a pod may be given',
    withSpec({
      serviceAccountName: 'ddbctl-worker',
      credentialsSecretRef: { name: 'ddbctl-credentials' },
      resources: { requests: { cpu: 1, memory: '64Mi' }, limits: { memory: '1Gi' } },
      nodeSelector: { 'kubernetes.io/arch': 'arm64' },
      tolerations: [{ key: 'batch', operator: 'Equal', value: 'yes', effect: 'NoExecute', tolerationSeconds: 60 }],
      priorityClassName: 'low',
      imagePullSecrets: [{ name: 'registry' }],
      labels: { 'kueue.x-k8s.io/queue-name': 'deletions' },
      annotations: { 'kueue.x-k8s.io/note': 'x'.repeat(4096) },
    }),
  ),
  accepted('4096 emoji in an annotation', withSpec({ annotations: { 'a.b/c': '😀'.repeat(4096) } })),
  {
    claim: '4097 characters in an annotation',
    spec: withSpec({ annotations: { a: 'x'.repeat(4097) } }),
    refusals: [
      {
        path: 'spec.annotations',
        serverPath: 'spec.annotations.a',
        message: { server: 'Too long', local: 'at most 4096 characters' },
      },
    ],
  },
  accepted('32 labels', withSpec({ labels: entries(32, 'x') })),
  refused('33 labels', withSpec({ labels: entries(33, 'x') }), 'spec.labels', {
    server: 'Too many',
    local: 'at most 32 entries',
  }),
  refused('33 annotations', withSpec({ annotations: entries(33, 'x') }), 'spec.annotations', {
    server: 'Too many',
    local: 'at most 32 entries',
  }),
  refused(
    '33 tolerations',
    withSpec({ tolerations: Array(33).fill({ operator: 'Exists' }) }),
    'spec.tolerations',
    TOO_MANY,
  ),
  refused(
    '9 pull secrets',
    withSpec({ imagePullSecrets: Array(9).fill({ name: 'x' }) }),
    'spec.imagePullSecrets',
    TOO_MANY,
  ),
  refused(
    'a taint effect that there is not',
    withSpec({ tolerations: [{ effect: 'Never' }] }),
    'spec.tolerations[0].effect',
    NOT_ONE_OF,
  ),
  refused(
    'a service account that there cannot be',
    withSpec({ serviceAccountName: 'Worker' }),
    'spec.serviceAccountName',
    NO_PATTERN,
  ),
  refused('an empty service account', withSpec({ serviceAccountName: '' }), 'spec.serviceAccountName', TOO_SHORT),
  refused('a Secret without a name', withSpec({ credentialsSecretRef: {} }), 'spec.credentialsSecretRef.name', MISSING),
  {
    claim: 'a label of 64 characters',
    spec: withSpec({ labels: { a: 'x'.repeat(64) } }),
    refusals: [
      {
        path: 'spec.labels',
        serverPath: 'spec.labels.a',
        message: { server: 'Too long', local: 'at most 63 characters' },
      },
    ],
  },
  {
    claim: 'a quantity that is neither number nor text',
    spec: withSpec({ resources: { requests: { cpu: true } } }),
    refusals: [{ path: 'spec.resources.requests', serverPath: 'spec.resources.requests.cpu', message: WRONG_TYPE }],
  },
];

const full = on({ endpointURL: 'http://dynamodb.local:8000', awsRegion: 'eu-west-1', sortKey: { beginsWith: 'a' } });
const TARGET = 'spec.ddbCtlDpJob';

/** What the API server would refuse in the Job (test/cluster/refused-jobs.test.ts). */
const bounds = (requests: Fields, limits: Fields = {}): Fields => withSpec({ resources: { requests, limits } });
const toleration = (fields: Fields): Fields => withSpec({ tolerations: [fields] });
export const REFUSED_JOBS: RuleCase[] = [
  {
    claim: 'a quantity that is none',
    spec: bounds({ cpu: 'lots' }),
    refusals: [{ path: 'spec.resources.requests', serverPath: 'spec.resources.requests.cpu', message: QUANTITY }],
  },
  {
    claim: 'a quantity of another unit',
    spec: bounds({}, { memory: '1Gib' }),
    refusals: [{ path: 'spec.resources.limits', serverPath: 'spec.resources.limits.memory', message: QUANTITY }],
  },
  refused('a request above the limit', bounds({ cpu: 1 }, { cpu: '999m' }), 'spec.resources', REQUEST),
  refused('the same with other units', bounds({ memory: '1Gi' }, { memory: '1G' }), 'spec.resources', REQUEST),
  refused('a resource that does not exist', bounds({}, { foo: 1 }), 'spec.resources', RESOURCE),
  refused(
    'a value that nothing is compared with',
    toleration({ key: 'a', operator: 'Exists', value: 'b' }),
    'spec.tolerations[0]',
    'a toleration with operator: Exists must have no value',
  ),
  refused(
    'seconds without NoExecute',
    toleration({ key: 'a', operator: 'Exists', tolerationSeconds: 5 }),
    'spec.tolerations[0]',
    'tolerationSeconds needs effect: NoExecute',
  ),
  refused(
    'equal to what',
    toleration({ operator: 'Equal', value: 'b' }),
    'spec.tolerations[0]',
    'a toleration without a key must have operator: Exists',
  ),
  refused('a key with a space', toleration({ key: 'a b', operator: 'Exists' }), 'spec.tolerations[0].key', NO_PATTERN),
  refused('a value with a space', toleration({ key: 'a', value: 'b c' }), 'spec.tolerations[0].value', NO_PATTERN),
  refused(
    'a key that no Secret has',
    without('partitionValue', { partitionValueFrom: { secretKeyRef: { ...secretKeyRef, key: '..' } } }),
    at('partitionValueFrom.secretKeyRef.key'),
    'key must not be .',
  ),
];

const jobs: RuleCase[] = [
  ...REFUSED_JOBS,
  accepted('requests up to the limits', bounds({ cpu: '500m', memory: 1000 }, { cpu: 0.5 * 2, memory: '1k' })),
  accepted('every taint', toleration({ operator: 'Exists' })),
  accepted('for a while', toleration({ key: 'a/b', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 5 })),
  accepted('a value', toleration({ key: 'a', value: 'b' })),
  refused('a GPU, which a worker has no use for', bounds({}, { 'nvidia.com/gpu': 1 }), 'spec.resources', RESOURCE),
];

const targetChanges: RuleCase[] = [
  allowedChange('nothing changes', full, full),
  allowedChange('the default region is written out', on({}), on({ awsRegion: 'us-east-1' })),
  allowedChange('the default region is no longer written out', on({ awsRegion: 'us-east-1' }), on({})),
  allowedChange('an unknown field goes: it could be corrected in no other way', on({ sortkey: { from: 'a' } }), on({})),
  allowedChange(
    'an unknown field goes from an object within',
    on({ sortKey: { beginsWith: 'a', upto: 'b' } }),
    on({ sortKey: { beginsWith: 'a' } }),
  ),
  refusedChange(
    'a sort key in place of a misspelled one',
    on({ sortkey: { beginsWith: 'a' } }),
    on({ sortKey: { beginsWith: 'a' } }),
    TARGET,
    IMMUTABLE,
  ),
  refusedChange(
    'another sort key',
    on({ sortKey: { from: 'a', to: 'b' } }),
    on({ sortKey: { from: 'a', to: 'c' } }),
    TARGET,
    IMMUTABLE,
  ),
  refusedChange(
    'another key of the Secret',
    without('partitionValue', { partitionValueFrom: { secretKeyRef } }),
    without('partitionValue', { partitionValueFrom: { secretKeyRef: { ...secretKeyRef, key: 'other' } } }),
    TARGET,
    IMMUTABLE,
  ),
  refusedChange('another table', on({}), on({ tableName: 'Customers' }), TARGET, IMMUTABLE),
  refusedChange('another key', on({}), on({ partitionValue: 'OTHER' }), TARGET, IMMUTABLE),
  refusedChange('the key in another case', on({}), on({ partitionValue: 'testtenantid' }), TARGET, IMMUTABLE),
  refusedChange('another region', on({}), on({ awsRegion: 'eu-west-1' }), TARGET, IMMUTABLE),
  refusedChange('another endpoint', full, on({ ...full.ddbCtlDpJob!, endpointURL: 'http://h' }), TARGET, IMMUTABLE),
  refusedChange('an endpoint is added', on({}), on({ endpointURL: 'http://h' }), TARGET, IMMUTABLE),
  refusedChange('an endpoint is removed', on({ endpointURL: 'http://h' }), on({}), TARGET, IMMUTABLE),
  refusedChange('a sort key is added', on({}), on({ sortKey: { beginsWith: 'a' } }), TARGET, IMMUTABLE),
  refusedChange('a sort key is removed', on({ sortKey: { beginsWith: 'a' } }), on({}), TARGET, IMMUTABLE),
  refusedChange('a guard is removed', on({ requirePointInTimeRecovery: true }), on({}), TARGET, IMMUTABLE),
  refusedChange('a guard is added', on({}), on({ requirePointInTimeRecovery: true }), TARGET, IMMUTABLE),
  refusedChange(
    'the key moves into a Secret',
    on({}),
    without('partitionValue', { partitionValueFrom: { secretKeyRef } }),
    TARGET,
    IMMUTABLE,
  ),
];

const modeChanges: RuleCase[] = [
  allowedChange('absent → Execute says the same in words', withSpec({}), withSpec({ mode: 'Execute' })),
  allowedChange('Execute → absent says the same without', withSpec({ mode: 'Execute' }), withSpec({})),
  allowedChange('DryRun → Execute approves', withSpec({ mode: 'DryRun' }), withSpec({ mode: 'Execute' })),
  allowedChange('DryRun → DryRun', withSpec({ mode: 'DryRun' }), withSpec({ mode: 'DryRun', suspend: true })),
  refusedChange('DryRun → absent approves nothing', withSpec({ mode: 'DryRun' }), withSpec({}), 'spec', APPROVE),
  refusedChange('Execute → DryRun', withSpec({ mode: 'Execute' }), withSpec({ mode: 'DryRun' }), 'spec', NEVER_BACK),
  refusedChange('absent → DryRun', withSpec({}), withSpec({ mode: 'DryRun' }), 'spec', NEVER_BACK),
];

const otherChanges: RuleCase[] = [
  allowedChange('absent → cancelled', withSpec({}), withSpec({ cancel: true })),
  allowedChange('not cancelled → cancelled', withSpec({ cancel: false }), withSpec({ cancel: true })),
  allowedChange(
    'cancelled, and another field changes',
    withSpec({ cancel: true }),
    withSpec({ cancel: true, suspend: true }),
  ),
  allowedChange('cancel: false is taken away', withSpec({ cancel: false }), withSpec({})),
  refusedChange('cancelled → not', withSpec({ cancel: true }), withSpec({ cancel: false }), 'spec', CANCEL),
  refusedChange('cancelled → absent', withSpec({ cancel: true }), withSpec({}), 'spec', CANCEL),
  allowedChange('suspend', withSpec({}), withSpec({ suspend: true })),
  allowedChange('resume', withSpec({ suspend: true }), withSpec({ suspend: false })),
  allowedChange('resume by taking the line away', withSpec({ suspend: true }), withSpec({})),
  allowedChange('a cap is raised', withSpec({ maxWriteUnitsPerSecond: 1 }), withSpec({ maxWriteUnitsPerSecond: 100 })),
  allowedChange(
    'a share of the capacity is changed',
    withSpec({ capacitySharePercent: 20 }),
    withSpec({ capacitySharePercent: 80 }),
  ),
  allowedChange('a cap is taken away', withSpec({ maxReadUnitsPerSecond: 1 }), withSpec({})),
  allowedChange(
    'an approval limits the items',
    withSpec({ mode: 'DryRun' }),
    withSpec({ mode: 'Execute', maxItems: 7 }),
  ),
  allowedChange('time to live is added', withSpec({}), withSpec({ ttlSecondsAfterFinished: 300 })),
  {
    claim: 'three wrong things at once are all named',
    from: withSpec({ mode: 'Execute', cancel: true }),
    spec: { ...on({ tableName: 'Customers' }), mode: 'DryRun' },
    refusals: [
      { path: 'spec', message: NEVER_BACK },
      { path: 'spec', message: CANCEL },
      { path: TARGET, message: IMMUTABLE },
    ],
  },
];

export const RULE_CASES: Readonly<Record<string, readonly RuleCase[]>> = {
  'the table': tables,
  'the key': keys,
  'the region': regions,
  'the endpoint': endpoints,
  'the sort key': sortKeys,
  'settings of the run': settings,
  'the pod': pod,
  'the Job': jobs,
  'changes of the target': targetChanges,
  'changes of the mode': modeChanges,
  'other changes': otherChanges,
};
