import { readSettings } from '../../src/cli/operator/read-settings.js';
import type { Settings } from '../../src/api/settings.js';
import { LOCAL_HOSTS } from './local-hosts.js';

/**
 * What the allow-lists allow, defined once for the operator's own policy (test/unit/operator/policy.test.ts) and for the
 * ValidatingAdmissionPolicy in manifests/policy on a real API server (test/cluster/policy.test.ts).
 */
export interface PolicyGroup {
  about: string;
  /** Settings that are not the defaults. */
  lists: Readonly<Record<string, string>>;
  cases: readonly PolicyCase[];
}

interface PolicyCase {
  claim: string;
  spec: object;
  /** The setting that every refusal names; absent if the object is allowed. */
  refusedBy?: string;
}

export const settingsOf = ({ lists }: PolicyGroup): Settings => readSettings(lists, {}, 'dynamoctl:test').decisions;

const on = (target: object, rest: object = {}): object => ({
  ddbCtlDpJob: { tableName: 'Orders', partitionValue: 'x', ...target },
  ...rest,
});
const fromSecret = (name: string, rest: object = {}): object => ({
  ddbCtlDpJob: { tableName: 'Orders', partitionValueFrom: { secretKeyRef: { name, key: 'k' } }, ...rest },
});
const let_ = (claim: string, spec: object): PolicyCase => ({ claim, spec });
const not = (claim: string, spec: object, refusedBy: string): PolicyCase => ({ claim, spec, refusedBy });

const asks = (resources: object): object => on({}, { resources });
const tolerates = (...tolerations: object[]): object => on({}, { tolerations });
const selects = (nodeSelector: object): object => on({}, { nodeSelector });

/** The schema refuses a dot at the end. */
const LOCAL = LOCAL_HOSTS.filter(([host]) => !host.endsWith('.')).map(([host]) => `http://${host}:8000`);

const AWS = 'https://dynamodb.us-east-1.amazonaws.com';

export const POLICY_GROUPS: readonly PolicyGroup[] = [
  {
    about: 'the defaults',
    lists: {},
    cases: [
      let_('any table, region and endpoint', on({ awsRegion: 'eu-west-1', endpointURL: 'http://anywhere:8000' })),
      let_('no endpoint', on({})),
      let_('the service account ddbctl-worker', on({}, { serviceAccountName: 'ddbctl-worker' })),
      not('another service account', on({}, { serviceAccountName: 'admin' }), 'ALLOWED_SERVICE_ACCOUNTS'),
      not('any priority class', on({}, { priorityClassName: 'low' }), 'ALLOWED_PRIORITY_CLASSES'),
      let_('labels for Kueue', on({}, { labels: { 'kueue.x-k8s.io/queue-name': 'q' } })),
      not('another label', on({}, { labels: { app: 'x' } }), 'ALLOWED_METADATA'),
      not('a prefix that only begins alike', on({}, { labels: { 'kueue.x-k8s.io.evil/a': 'q' } }), 'ALLOWED_METADATA'),
      not('another annotation', on({}, { annotations: { 'iam.amazonaws.com/role': 'x' } }), 'ALLOWED_METADATA'),
      let_('a Secret of that prefix, toward AWS', fromSecret('ddbctl-a')),
      not('another Secret', fromSecret('database-password'), 'ALLOWED_SECRETS'),
      not('* stops at a dot', fromSecret('ddbctl-a.b'), 'ALLOWED_SECRETS'),
      let_("toward AWS's host, said in words", fromSecret('ddbctl-a', { endpointURL: AWS })),
      let_('with its default port and a slash', fromSecret('ddbctl-a', { endpointURL: `${AWS}:443/` })),
      let_(
        'toward a VPC endpoint',
        fromSecret('ddbctl-a', { endpointURL: 'https://vpce-0a1b-2c.dynamodb.us-east-1.vpce.amazonaws.com' }),
      ),
      let_(
        'toward a VPC endpoint with FIPS',
        fromSecret('ddbctl-a', { endpointURL: 'https://vpce-0a1b-2c.dynamodb-fips.us-east-1.vpce.amazonaws.com' }),
      ),
      let_(
        'toward the Chinese partition',
        fromSecret('ddbctl-a', {
          awsRegion: 'cn-north-1',
          endpointURL: 'https://dynamodb.cn-north-1.amazonaws.com.cn',
        }),
      ),
      ...[
        'http://dynamodb.us-east-1.amazonaws.com',
        'https://dynamodb.eu-west-1.amazonaws.com',
        'https://dynamodb.us-east-1.amazonaws.com:8443',
        'https://evil.s3.amazonaws.com',
        'https://dynamodbXus-east-1.amazonaws.com',
        'https://x.dynamodb.us-east-1.amazonaws.com',
        'https://dynamodb.us-east-1.amazonaws.com.evil.example',
        'http://evil.example',
      ].map((endpointURL) =>
        not(`the key's Secret toward ${endpointURL}`, fromSecret('ddbctl-a', { endpointURL }), 'TRUSTED_ENDPOINTS'),
      ),
      not(
        'credentials toward another host',
        on({ endpointURL: 'http://evil.example' }, { credentialsSecretRef: { name: 'ddbctl-a' } }),
        'TRUSTED_ENDPOINTS',
      ),
      let_('credentials toward AWS', on({}, { credentialsSecretRef: { name: 'ddbctl-a' } })),
      not('credentials in another Secret', on({}, { credentialsSecretRef: { name: 'root' } }), 'ALLOWED_SECRETS'),
    ],
  },
  {
    about: "the worker's own machine and link, by default",
    lists: {},
    cases: [
      ...LOCAL.map((endpointURL) => not(endpointURL, on({ endpointURL }), 'ALLOWED_ENDPOINTS')),
      not('EKS Pod Identity, on its port', on({ endpointURL: 'http://169.254.170.23' }), 'ALLOWED_ENDPOINTS'),
      not('by https', on({ endpointURL: 'https://[fd00:ec2::254]' }), 'ALLOWED_ENDPOINTS'),
      let_('a Service', on({ endpointURL: 'http://dynamodb-local.default.svc:8000' })),
      let_('a private address', on({ endpointURL: 'http://10.0.0.1:8000' })),
      let_('a private address of IPv6', on({ endpointURL: 'http://[fd12:3456::1]:8000' })),
      let_('a name that only begins alike', on({ endpointURL: 'http://localhost.example.com:8000' })),
      let_('a name that begins with an address', on({ endpointURL: 'http://127.0.0.1.example.com:8000' })),
    ],
  },
  {
    about: "the worker's own machine, by name",
    lists: {
      ALLOWED_ENDPOINTS: '*,http://*:8001,http://localhost:*,http://localhost:8000,http://127.0.0.1:4566',
      TRUSTED_ENDPOINTS: 'http://[::1]:8000',
    },
    cases: [
      let_('as an entry is', on({ endpointURL: 'http://localhost:8000' })),
      let_('in other letters', on({ endpointURL: 'http://LOCALHOST:8000/' })),
      let_('another entry', on({ endpointURL: 'http://127.0.0.1:4566' })),
      let_('a trusted one', on({ endpointURL: 'http://[::1]:8000' })),
      not('another port', on({ endpointURL: 'http://localhost:8002' }), 'ALLOWED_ENDPOINTS'),
      not('another scheme', on({ endpointURL: 'https://localhost:8000' }), 'ALLOWED_ENDPOINTS'),
      not('a pattern for hosts', on({ endpointURL: 'http://localhost:8001' }), 'ALLOWED_ENDPOINTS'),
      not('another address', on({ endpointURL: 'http://127.0.0.2:4566' }), 'ALLOWED_ENDPOINTS'),
    ],
  },
  {
    about: 'how much of a node, by default',
    lists: {},
    cases: [
      let_(
        'what the worker takes without being asked',
        asks({ requests: { cpu: '100m' }, limits: { memory: '256Mi' } }),
      ),
      let_('the most', asks({ limits: { cpu: 2, memory: '2Gi', 'ephemeral-storage': '1024Mi' } })),
      let_('in other units', asks({ requests: { cpu: '2000m', memory: 2147483648 } })),
      not('a request of 96 CPUs', asks({ requests: { cpu: 96 } }), 'MAX_WORKER_CPU'),
      not('a limit of 96 CPUs', asks({ limits: { cpu: '96' } }), 'MAX_WORKER_CPU'),
      not('a thousandth above', asks({ limits: { cpu: '2001m' } }), 'MAX_WORKER_CPU'),
      not('a byte above', asks({ limits: { memory: 2147483649 } }), 'MAX_WORKER_MEMORY'),
      not('a node full of memory', asks({ requests: { memory: '1Ti' } }), 'MAX_WORKER_MEMORY'),
      not('a disk', asks({ requests: { 'ephemeral-storage': '500Gi' } }), 'MAX_WORKER_EPHEMERAL_STORAGE'),
    ],
  },
  {
    about: 'how much of a node, with other bounds',
    lists: { MAX_WORKER_CPU: '500m', MAX_WORKER_MEMORY: '1G', MAX_WORKER_EPHEMERAL_STORAGE: '1Ti' },
    cases: [
      let_('the most', asks({ limits: { cpu: '0.5', memory: '1000M', 'ephemeral-storage': '1Ti' } })),
      not('more CPU', asks({ limits: { cpu: 1 } }), 'MAX_WORKER_CPU'),
      not('more memory', asks({ limits: { memory: '1Gi' } }), 'MAX_WORKER_MEMORY'),
    ],
  },
  {
    about: 'how many items, by default',
    lists: {},
    cases: [let_('any number', on({}, { maxItems: 9007199254740991 })), let_('no limit at all', on({}))],
  },
  {
    about: 'how many items, with a ceiling',
    lists: { MAX_ITEMS: '1000' },
    cases: [
      let_('what says nothing gets the ceiling', on({})),
      let_('the ceiling', on({}, { maxItems: 1000 })),
      let_('less', on({}, { maxItems: 1 })),
      not('one more', on({}, { maxItems: 1001 }), 'MAX_ITEMS'),
    ],
  },
  {
    about: 'tables under hold',
    lists: { HELD_TABLES: 'Orders, prod-*,arn:aws:dynamodb:us-east-1:111111111111:table/*' },
    cases: [
      not('by name', on({}), 'HELD_TABLES'),
      not('by pattern', on({ tableName: 'prod-a' }), 'HELD_TABLES'),
      not('whose * does not stop at a dot', on({ tableName: 'prod-a.b' }), 'HELD_TABLES'),
      not(
        'the name in an ARN',
        on({ tableName: 'arn:aws:dynamodb:us-east-1:123456789012:table/Orders' }),
        'HELD_TABLES',
      ),
      not('an ARN', on({ tableName: 'arn:aws:dynamodb:us-east-1:111111111111:table/Any' }), 'HELD_TABLES'),
      let_('another ARN', on({ tableName: 'arn:aws:dynamodb:us-east-1:123456789012:table/Any' })),
      not('any name: it may be in the account that is held', on({ tableName: 'Any' }), 'HELD_TABLES'),
    ],
  },
  {
    about: 'tables under hold by ARN',
    lists: {
      HELD_TABLES:
        'prod-*, *:table/Orders, arn:aws:dynamodb:us-east-1:111111111111:table/old-*, arn:aws:dynamodb:*Carts, arn*Baskets, arnica-*',
    },
    cases: [
      not('by the name in a pattern for ARNs', on({}), 'HELD_TABLES'),
      not('by a pattern in a whole ARN', on({ tableName: 'old-a.b' }), 'HELD_TABLES'),
      not('by the end of a pattern without a slash', on({ tableName: 'Carts' }), 'HELD_TABLES'),
      not('by the end of one that only begins like an ARN', on({ tableName: 'Baskets' }), 'HELD_TABLES'),
      let_('by no end of a pattern for names', on({ tableName: 'a-Orders' })),
      not('that ARN', on({ tableName: 'arn:aws:dynamodb:us-east-1:111111111111:table/old-a' }), 'HELD_TABLES'),
      let_('an ARN of another account', on({ tableName: 'arn:aws:dynamodb:us-east-1:123456789012:table/old-a' })),
      let_('another table', on({ tableName: 'Orders2' })),
      let_('a name that only ends alike', on({ tableName: 'test-prod-a' })),
    ],
  },
  {
    about: 'everything under hold',
    lists: { HELD_TABLES: '*' },
    cases: [not('any table', on({}), 'HELD_TABLES')],
  },
  {
    about: 'which nodes, by default',
    lists: {},
    cases: [
      let_('nodes of another architecture', tolerates({ key: 'kubernetes.io/arch', value: 'arm64' })),
      let_('nodes set apart for something', tolerates({ key: 'dedicated', operator: 'Exists', effect: 'NoSchedule' })),
      not('every taint', tolerates({ operator: 'Exists' }), 'ALLOWED_TOLERATIONS'),
      not('every taint, beside one', tolerates({ key: 'dedicated' }, { operator: 'Exists' }), 'ALLOWED_TOLERATIONS'),
      not('every taint, with an empty key', tolerates({ key: '', operator: 'Exists' }), 'ALLOWED_TOLERATIONS'),
      ...['node-role.kubernetes.io/control-plane', 'node.kubernetes.io/unreachable', 'nvidia.com/gpu'].map((key) =>
        not(`nodes with the taint ${key}`, tolerates({ key, operator: 'Exists' }), 'ALLOWED_TOLERATIONS'),
      ),
      let_('an architecture', selects({ 'kubernetes.io/arch': 'arm64' })),
      let_('a zone', selects({ 'topology.kubernetes.io/zone': 'eu-central-1a' })),
      not('the control plane', selects({ 'node-role.kubernetes.io/control-plane': '' }), 'ALLOWED_NODE_SELECTOR_KEYS'),
      not('one host', selects({ 'kubernetes.io/hostname': 'control-plane-1' }), 'ALLOWED_NODE_SELECTOR_KEYS'),
    ],
  },
  {
    about: 'which nodes, with other lists',
    lists: { ALLOWED_TOLERATIONS: '*', ALLOWED_NODE_SELECTOR_KEYS: 'disk,example.com/*' },
    cases: [
      let_('every taint, where * stands alone', tolerates({ operator: 'Exists' })),
      let_('a key', selects({ disk: 'ssd', 'example.com/pool': 'batch' })),
      not(
        'a key that is not listed',
        selects({ disk: 'ssd', 'kubernetes.io/os': 'linux' }),
        'ALLOWED_NODE_SELECTOR_KEYS',
      ),
    ],
  },
  {
    about: 'no tolerations at all',
    lists: { ALLOWED_TOLERATIONS: '', ALLOWED_NODE_SELECTOR_KEYS: '' },
    cases: [
      let_('none are needed', on({})),
      not('a toleration', tolerates({ key: 'dedicated' }), 'ALLOWED_TOLERATIONS'),
      not('a node selector', selects({ dedicated: 'batch' }), 'ALLOWED_NODE_SELECTOR_KEYS'),
    ],
  },
  {
    about: 'tables and regions that are named',
    lists: {
      ALLOWED_TABLES: 'Orders, test-*,arn:aws:dynamodb:*:123456789012:table/*',
      ALLOWED_REGIONS: 'eu-central-1,us-*',
    },
    cases: [
      let_('a name', on({})),
      let_('a pattern', on({ tableName: 'test-1' })),
      let_('an ARN', on({ tableName: 'arn:aws:dynamodb:us-east-1:123456789012:table/Any' })),
      not(
        'an ARN of another account',
        on({ tableName: 'arn:aws:dynamodb:us-east-1:999999999999:table/Any' }),
        'ALLOWED_TABLES',
      ),
      not('another name', on({ tableName: 'Customers' }), 'ALLOWED_TABLES'),
      not('a longer name', on({ tableName: 'Orders2' }), 'ALLOWED_TABLES'),
      not('the name in another case', on({ tableName: 'orders' }), 'ALLOWED_TABLES'),
      not('* stops at a dot', on({ tableName: 'test-1.prod' }), 'ALLOWED_TABLES'),
      let_('a region', on({ awsRegion: 'eu-central-1' })),
      not('another region', on({ awsRegion: 'eu-west-1' }), 'ALLOWED_REGIONS'),
    ],
  },
  {
    about: 'endpoints that are named',
    lists: {
      ALLOWED_ENDPOINTS: 'http://*.svc:8000,https://engine.example',
      TRUSTED_ENDPOINTS: 'https://engine.example',
      ALLOWED_PRIORITY_CLASSES: 'low,batch-*',
    },
    cases: [
      not("AWS's own: no endpoint is not in a list of endpoints", on({}), 'ALLOWED_ENDPOINTS'),
      let_('a pattern', on({ endpointURL: 'http://engine.svc:8000' })),
      let_('a pattern, with a slash', on({ endpointURL: 'http://Engine.svc:8000/' })),
      let_('with the default port said', on({ endpointURL: 'https://engine.example:443' })),
      not('another port', on({ endpointURL: 'http://engine.svc:8001' }), 'ALLOWED_ENDPOINTS'),
      not('more labels than the pattern has', on({ endpointURL: 'http://a.b.svc:8000' }), 'ALLOWED_ENDPOINTS'),
      not('a dot is a dot', on({ endpointURL: 'https://engineXexample' }), 'ALLOWED_ENDPOINTS'),
      let_('a Secret toward a trusted one', fromSecret('ddbctl-a', { endpointURL: 'https://engine.example' })),
      not(
        'a Secret toward one that is allowed, and not trusted',
        fromSecret('ddbctl-a', { endpointURL: 'http://engine.svc:8000' }),
        'TRUSTED_ENDPOINTS',
      ),
      let_('a priority class', on({ endpointURL: 'https://engine.example' }, { priorityClassName: 'batch-1' })),
      not(
        'another priority class',
        on({ endpointURL: 'https://engine.example' }, { priorityClassName: 'system-node-critical' }),
        'ALLOWED_PRIORITY_CLASSES',
      ),
    ],
  },
  {
    about: 'the key that signs receipts, where every Secret is allowed',
    lists: { RECEIPT_KEY_SECRET: 'ddbctl-receipt-key', ALLOWED_SECRETS: 'ddbctl-*' },
    cases: [
      let_('no Secret', on({})),
      let_('another Secret', fromSecret('ddbctl-tenant')),
      let_('a name that only begins alike', fromSecret('ddbctl-receipt-key-2')),
      let_('credentials in another Secret', on({}, { credentialsSecretRef: { name: 'ddbctl-tenant' } })),
      not('as the key of a partition', fromSecret('ddbctl-receipt-key'), 'RECEIPT_KEY_SECRET'),
      not('as credentials', on({}, { credentialsSecretRef: { name: 'ddbctl-receipt-key' } }), 'RECEIPT_KEY_SECRET'),
    ],
  },
  {
    about: 'no key that signs receipts',
    lists: {},
    cases: [let_('a Secret of that name', fromSecret('ddbctl-receipt-key'))],
  },
  {
    about: 'lists that are empty, and characters that mean something elsewhere',
    lists: {
      ALLOWED_TABLES: 'a.b,x+y,(c),*',
      ALLOWED_SERVICE_ACCOUNTS: '*',
      ALLOWED_SECRETS: '',
      ALLOWED_METADATA: '*',
    },
    cases: [
      let_('any service account where * stands alone', on({}, { serviceAccountName: 'anyone' })),
      not('a Secret, where none is allowed', fromSecret('ddbctl-a'), 'ALLOWED_SECRETS'),
      let_('any label', on({}, { labels: { 'a.b/c': 'x' } })),
    ],
  },
];
