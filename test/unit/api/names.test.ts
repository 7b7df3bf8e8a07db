import t from 'tap';
import * as names from '../../../src/api/names.js';
import { DNS_SUBDOMAIN } from '../../../src/api/patterns.js';

/** Users, alerts and older Jobs rely on these: a change here changes the API. */
const CONTRACT: Readonly<Record<keyof typeof names, string | number | readonly string[]>> = {
  GROUP: 'dynamoctl.dp.operators.sanjivmadhavan.io',
  VERSION: 'v1alpha1',
  API_VERSION: 'dynamoctl.dp.operators.sanjivmadhavan.io/v1alpha1',
  KIND: 'DdbctlDpJob',
  PLURAL: 'ddbctldpjobs',
  SHORT_NAME: 'ddp',
  RUN_LABEL: 'dynamoctl.dp.operators.sanjivmadhavan.io/run',
  MODE_LABEL: 'dynamoctl.dp.operators.sanjivmadhavan.io/mode',
  RESTARTS_ANNOTATION: 'dynamoctl.dp.operators.sanjivmadhavan.io/restarts',
  REPORT_ANNOTATION: 'dynamoctl.dp.operators.sanjivmadhavan.io/report',
  CREATED_BY_ANNOTATION: 'dynamoctl.dp.operators.sanjivmadhavan.io/created-by',
  APPROVED_BY_ANNOTATION: 'dynamoctl.dp.operators.sanjivmadhavan.io/approved-by',
  VELERO_LABEL: 'velero.io/restore-name',
  QUEUE_LABEL: 'kueue.x-k8s.io/queue-name',
  PREBUILT_WORKLOAD_LABEL: 'kueue.x-k8s.io/prebuilt-workload-name',
  OUT_OF_QUEUE: 'stopped-by-dynamoctl-dp-operator',
  LAST_APPLIED_ANNOTATION: 'metacontroller.k8s.io/last-applied-configuration',
  JOBS: 'Job.batch/v1',
  SERVICE_ACCOUNTS: 'ServiceAccount.v1',
  ROLES: 'Role.rbac.authorization.k8s.io/v1',
  ROLE_BINDINGS: 'RoleBinding.rbac.authorization.k8s.io/v1',
  RIGHTS: ['ServiceAccount.v1', 'Role.rbac.authorization.k8s.io/v1', 'RoleBinding.rbac.authorization.k8s.io/v1'],
  CONTAINER: 'worker',
  DEFAULT_REGION: 'us-east-1',
  DEFAULT_BACKOFF_LIMIT: 3,
  DEFAULT_CAPACITY_SHARE_PERCENT: 50,
  DEFAULT_SERVICE_ACCOUNT: 'default',
};
t.strictSame({ ...names }, CONTRACT);

t.test('the API server accepts our labels and annotations', async (t) => {
  const { RUN_LABEL, MODE_LABEL, RESTARTS_ANNOTATION, REPORT_ANNOTATION } = names;
  const { CREATED_BY_ANNOTATION, APPROVED_BY_ANNOTATION } = names;
  const ours = [RUN_LABEL, MODE_LABEL, RESTARTS_ANNOTATION, REPORT_ANNOTATION, CREATED_BY_ANNOTATION];
  for (const key of [...ours, APPROVED_BY_ANNOTATION]) {
    const [prefix = '', name = ''] = key.split('/');
    t.match(prefix, new RegExp(`^${DNS_SUBDOMAIN}$`), key);
    t.ok(prefix.length <= 253 && name.length <= 63, `${key} is short enough`);
  }
});
