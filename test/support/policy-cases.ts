import { readSettings } from '../../src/cli/operator/read-settings.js';
import type { Settings } from '../../src/api/settings.js';

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
      let_('a Secret of that prefix, towards AWS', fromSecret('ddbctl-a')),
      not('another Secret', fromSecret('database-password'), 'ALLOWED_SECRETS'),
      not('* stops at a dot', fromSecret('ddbctl-a.b'), 'ALLOWED_SECRETS'),
      let_("towards AWS's host, said in words", fromSecret('ddbctl-a', { endpointURL: AWS })),
      let_('with its default port and a slash', fromSecret('ddbctl-a', { endpointURL: `${AWS}:443/` })),
      let_(
        'towards a VPC endpoint',
        fromSecret('ddbctl-a', { endpointURL: 'https://vpce-0a1b-2c.dynamodb.us-east-1.vpce.amazonaws.com' }),
      ),
      let_(
        'towards the Chinese partition',
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
        not(`the key's Secret towards ${endpointURL}`, fromSecret('ddbctl-a', { endpointURL }), 'TRUSTED_ENDPOINTS'),
      ),
      not(
        'credentials towards another host',
        on({ endpointURL: 'http://evil.example' }, { credentialsSecretRef: { name: 'ddbctl-a' } }),
        'TRUSTED_ENDPOINTS',
      ),
      let_('credentials towards AWS', on({}, { credentialsSecretRef: { name: 'ddbctl-a' } })),
      not('credentials in another Secret', on({}, { credentialsSecretRef: { name: 'root' } }), 'ALLOWED_SECRETS'),
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
      let_('a Secret towards a trusted one', fromSecret('ddbctl-a', { endpointURL: 'https://engine.example' })),
      not(
        'a Secret towards one that is allowed, and not trusted',
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
