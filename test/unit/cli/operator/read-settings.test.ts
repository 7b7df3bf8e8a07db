import { readFileSync } from 'node:fs';
import t from 'tap';
import { allows } from '../../../../src/api/allow-list.js';
import { InvalidSettings, readSettings } from '../../../../src/cli/operator/read-settings.js';
import { flagOf, SETTINGS } from '../../../../src/api/settings.js';
import { publishedImage, version } from '../../../../src/cli/process/version.js';

const read = (env: Record<string, string>, flags: Record<string, string> = {}) => readSettings(env, flags, 'image');
const wrongIn = (env: Record<string, string>, flags?: Record<string, string>): string => {
  try {
    read(env, flags);
    return '';
  } catch (error) {
    if (!(error instanceof InvalidSettings)) throw error;
    return error.message;
  }
};

t.same(
  read({}),
  {
    port: 8080,
    logLevel: 'info',
    files: {},
    metrics: 'open',
    documentation: false,
    decisions: {
      workerImage: 'image',
      allowedEndpoints: ['*'],
      allowedTables: ['*'],
      allowedRegions: ['*'],
      allowedServiceAccounts: ['default', 'ddbctl-worker'],
      allowedSecrets: ['ddbctl-*'],
      allowedMetadata: ['kueue.x-k8s.io/*', 'dynamoctl.dp.operators.sanjivmadhavan.io/*'],
      allowedPriorityClasses: [],
      allowedTolerations: ['dedicated', 'kubernetes.io/arch', 'dynamoctl.dp.operators.sanjivmadhavan.io/*'],
      allowedNodeSelectorKeys: [
        'dedicated',
        'kubernetes.io/arch',
        'kubernetes.io/os',
        'node.kubernetes.io/instance-type',
        'topology.kubernetes.io/*',
        'dynamoctl.dp.operators.sanjivmadhavan.io/*',
      ],
      maxWorkerCpu: '2',
      maxWorkerMemory: '2Gi',
      maxWorkerEphemeralStorage: '1Gi',
      maxItems: undefined,
      heldTables: [],
      holdTag: '',
      requireDryRun: false,
      requirePointInTimeRecovery: false,
      defaultMaxWriteUnitsPerSecond: undefined,
      defaultMaxReadUnitsPerSecond: undefined,
      defaultCapacitySharePercent: undefined,
      trustedEndpoints: [],
      reportSeconds: 30,
      workerCpuRequest: '100m',
      workerMemoryRequest: '128Mi',
      workerMemoryLimit: '256Mi',
      workerRights: 'managed',
      workerRequestPath: 'fast',
      workerHttpsProxy: '',
      workerNoProxy: '',
      receiptKeySecret: '',
    },
  },
  'without any setting',
);

t.test('flags win over the environment', async (t) => {
  const env = { PORT: '1', ALLOWED_TABLES: 'a', LOG_LEVEL: 'debug' };
  const settings = read(env, { port: '2', 'allowed-tables': 'b' });
  t.equal(settings.port, 2);
  t.same(settings.decisions.allowedTables, ['b']);
  t.equal(settings.logLevel, 'debug', 'where there is no flag, the environment holds');
});

t.test('each setting has a flag of its name, which reaches it', async (t) => {
  const numbers: Record<string, string> = {
    PORT: '4711',
    LOG_LEVEL: 'warn',
    REPORT_SECONDS: '47',
    WORKER_CPU_REQUEST: '471m',
    WORKER_MEMORY_REQUEST: '471Ki',
    WORKER_MEMORY_LIMIT: '472Ki',
    MAX_WORKER_CPU: '473m',
    MAX_ITEMS: '475',
    REQUIRE_DRY_RUN: 'true',
    REQUIRE_POINT_IN_TIME_RECOVERY: 'true',
    DEFAULT_MAX_WRITE_UNITS_PER_SECOND: '476',
    DEFAULT_MAX_READ_UNITS_PER_SECOND: '477',
    DEFAULT_CAPACITY_SHARE_PERCENT: '48',
    MAX_WORKER_MEMORY: '473Ki',
    MAX_WORKER_EPHEMERAL_STORAGE: '474Ki',
    WORKER_RIGHTS: 'none',
    WORKER_REQUEST_PATH: 'sdk',
    WORKER_HTTPS_PROXY: 'http://proxy.test:3128',
    RECEIPT_KEY_SECRET: 'receipt-key',
    METRICS: 'protected',
    DOCUMENTATION: 'true',
  };
  const valueOf = (name: string): string => numbers[name] ?? `value-of-${name}`;
  const flags = Object.fromEntries(SETTINGS.map(({ name }) => [flagOf(name), valueOf(name)]));
  const settings = JSON.stringify(read({}, flags));
  for (const { name } of SETTINGS) t.match(settings, new RegExp(`[":[]${valueOf(name)}[",\\]}]`), `--${flagOf(name)}`);
});

t.test('every wrong setting is named at once, with what would be right', async (t) => {
  const env = {
    PORT: '65536',
    HOST: 'two words',
    LOG_LEVEL: 'loud',
    WORKER_IMAGE: 'two words',
    ALLOWED_TABLES: 'Orders Customers',
    TRUSTED_ENDPOINTS: 'http://a http://b',
    REPORT_SECONDS: '0',
    WORKER_CPU_REQUEST: 'much',
    WORKER_MEMORY_REQUEST: '1 Gi',
    WORKER_MEMORY_LIMIT: '-1',
    WORKER_HTTPS_PROXY: 'http://user:password@proxy.test',
    WORKER_NO_PROXY: 'a b',
    RECEIPT_KEY_SECRET: 'Key',
    MAX_WORKER_CPU: 'all',
    MAX_ITEMS: '1e6',
    REQUIRE_DRY_RUN: 'yes',
    REQUIRE_POINT_IN_TIME_RECOVERY: '1',
    DEFAULT_MAX_WRITE_UNITS_PER_SECOND: '0',
    DEFAULT_MAX_READ_UNITS_PER_SECOND: '2147483648',
    HELD_TABLES: 'Orders Customers',
    HOLD_TAG: '=true',
    DEFAULT_CAPACITY_SHARE_PERCENT: '101',
    METRICS: 'on',
    DOCUMENTATION: 'yes',
    TLS_CLIENT_CA_FILE: '/ca',
  };
  const message = wrongIn(env);
  for (const [name, value] of Object.entries(env))
    if (name !== 'TLS_CLIENT_CA_FILE') t.match(message, `${name}="${value}" must be `, name);
  t.match(message, 'PORT="65536" must be a port number from 0 to 65535');
  t.match(message, 'TLS_CLIENT_CA_FILE needs TLS_CERT_FILE and TLS_KEY_FILE');
});

const ONE: readonly { env: Record<string, string>; wrong: RegExp | undefined; because: string }[] = [
  { env: { PORT: '0' }, wrong: undefined, because: 'any free port' },
  { env: { PORT: '65535' }, wrong: undefined, because: 'the last port' },
  { env: { PORT: '-1' }, wrong: /PORT/, because: 'no port' },
  { env: { PORT: '80.5' }, wrong: /PORT/, because: 'no whole number' },
  { env: { PORT: '0x50' }, wrong: /PORT/, because: 'decimal only' },
  { env: { PORT: ' 80' }, wrong: /PORT/, because: 'nothing is trimmed from a number' },
  { env: { PORT: '' }, wrong: undefined, because: 'empty is as if not set' },
  { env: { HOST: '::' }, wrong: undefined, because: 'IPv6' },
  ...['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'].map((level) => ({
    env: { LOG_LEVEL: level },
    wrong: undefined,
    because: level,
  })),
  { env: { LOG_LEVEL: 'INFO' }, wrong: /LOG_LEVEL/, because: "pino's levels are in lower case" },
  { env: { REPORT_SECONDS: '3600' }, wrong: undefined, because: 'an hour' },
  { env: { REPORT_SECONDS: '3601' }, wrong: /REPORT_SECONDS/, because: 'more than an hour' },
  { env: { WORKER_CPU_REQUEST: '0.5' }, wrong: undefined, because: 'a decimal quantity' },
  { env: { WORKER_MEMORY_LIMIT: '1Gi' }, wrong: undefined, because: 'a binary quantity' },
  { env: { WORKER_MEMORY_LIMIT: '100Mi' }, wrong: /must not be above/, because: 'below the default request' },
  { env: { WORKER_MEMORY_REQUEST: '1G' }, wrong: /must not be above/, because: 'above the default limit' },
  { env: { WORKER_MEMORY_REQUEST: '262144Ki' }, wrong: undefined, because: 'the limit in other words' },
  { env: { TLS_CERT_FILE: '/a' }, wrong: /must be set together/, because: 'a certificate without its key' },
  { env: { TLS_KEY_FILE: '/a' }, wrong: /must be set together/, because: 'a key without its certificate' },
  {
    env: { TLS_CERT_FILE: '/a', TLS_KEY_FILE: '/b', TLS_CLIENT_CA_FILE: '/c' },
    wrong: undefined,
    because: 'all three',
  },
  { env: { ALLOWED_TABLES: 'a,,b' }, wrong: undefined, because: 'nothing between commas is no pattern' },
  { env: { ALLOWED_TABLES: 'a\tb' }, wrong: /ALLOWED_TABLES/, because: 'white space stands in no table name' },
];

for (const { env, wrong, because } of ONE) {
  const message = wrongIn(env);
  if (wrong) t.match(message, wrong, `${JSON.stringify(env)}: ${because}`);
  else t.equal(message, '', `${JSON.stringify(env)}: ${because}`);
}

t.test('lists of patterns', async (t) => {
  const tables = (text: string) => read({ ALLOWED_TABLES: text }).decisions.allowedTables;
  t.same(tables(''), [], 'empty means none, not the default');
  t.notOk(allows(tables(''), 'Orders'));
  t.same(tables(' a , b\n'), ['a', 'b'], 'white space around patterns is let be');
  t.same(read({ ALLOWED_TABLES: 'a' }, { 'allowed-tables': '' }).decisions.allowedTables, [], 'by a flag too');
  t.ok(allows(tables('*'), undefined), 'a lone * allows absence');
});

t.test('endpoints of the lists are compared in their normal form', async (t) => {
  const cases: readonly { given: string; compared: string; because: string }[] = [
    { given: 'http://dynamodb.local:8000/', compared: 'http://dynamodb.local:8000', because: 'no last slash' },
    {
      given: 'HTTPS://Dynamo.Example:443',
      compared: 'https://dynamo.example',
      because: 'no default port, no capitals',
    },
    { given: 'http://*.svc:80', compared: 'http://*.svc', because: 'patterns too' },
    { given: 'http://10.0.0.*:8000', compared: 'http://10.0.0.*:8000', because: 'of an address' },
    { given: 'http://dynamodb:*', compared: 'http://dynamodb:*', because: 'any port: no URL, so as it is' },
    { given: 'localhost:8000', compared: 'localhost:8000', because: 'no URL of http' },
    { given: '*', compared: '*', because: 'all' },
  ];
  for (const { given, compared, because } of cases)
    for (const [name, field] of [
      ['ALLOWED_ENDPOINTS', 'allowedEndpoints'],
      ['TRUSTED_ENDPOINTS', 'trustedEndpoints'],
    ] as const)
      t.same(read({ [name]: given }).decisions[field], [compared], `${name}=${given}: ${because}`);
});

t.test('a long list costs no time', async (t) => {
  const list = 'a,'.repeat(50_000);
  t.match(wrongIn({ ALLOWED_TABLES: `${list} b c` }), 'ALLOWED_TABLES');
});

t.test('the image and the version are those of this package, and of the manifests', async (t) => {
  const { version: packaged } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  t.equal(version(), packaged);
  const images = readFileSync('manifests/install.yaml', 'utf8').match(/ghcr\.io\/\S+/g) ?? [];
  t.ok(images.length > 0);
  t.same([...new Set(images)], [publishedImage()]);
});
