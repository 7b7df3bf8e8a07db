/** The API group of the custom resource, and the prefix of every label and annotation that we own. */
export const GROUP = 'dynamoctl.dp.operators.sanjivmadhavan.io';
export const VERSION = 'v1alpha1';
export const API_VERSION = `${GROUP}/${VERSION}`;
export const KIND = 'DdbctlDpJob';
export const PLURAL = 'ddbctldpjobs';
export const SHORT_NAME = 'ddp';

/** Label on a Job and its pod: the run (parent uid and mode) they belong to, as 10 hex digits. */
export const RUN_LABEL = `${GROUP}/run`;
/** Label on a Job and its pod: `Execute` or `DryRun`. */
export const MODE_LABEL = `${GROUP}/mode`;
/** Annotation on a Job: how many times this run had been restarted when this Job was created, in decimal. */
export const RESTARTS_ANNOTATION = `${GROUP}/restarts`;
/** Annotation on the parent: the worker's report, as JSON in the form defined in `report.ts`. */
export const REPORT_ANNOTATION = `${GROUP}/report`;
/**
 * Annotations on the parent: the user who created it, and the other one who approved the deletion. They are true only where the
 * policy in manifests/second-person is installed, which has each user write their own name and freezes it.
 */
export const CREATED_BY_ANNOTATION = `${GROUP}/created-by`;
export const APPROVED_BY_ANNOTATION = `${GROUP}/approved-by`;

/** Label that Velero gives whatever it restores. Source: Velero's restore reference. */
export const VELERO_LABEL = 'velero.io/restore-name';

/** Kueue's label for the queue that a Job waits in. It resumes such a Job as soon as it is admitted, whoever suspended it. */
export const QUEUE_LABEL = 'kueue.x-k8s.io/queue-name';
/**
 * Kueue's label for the Workload that someone else makes for a Job: until that exists, Kueue holds the Job suspended. No Workload has
 * the name OUT_OF_QUEUE, so with it a Job stays suspended.
 */
export const PREBUILT_WORKLOAD_LABEL = 'kueue.x-k8s.io/prebuilt-workload-name';
export const OUT_OF_QUEUE = 'stopped-by-dynamoctl-dp-operator';

/** Metacontroller's key for the Jobs among the children of a request. */
export const JOBS = 'Job.batch/v1';
/** The same for the rights of workers. A CompositeController of an earlier version lists none of these. */
export const SERVICE_ACCOUNTS = 'ServiceAccount.v1';
export const ROLES = 'Role.rbac.authorization.k8s.io/v1';
export const ROLE_BINDINGS = 'RoleBinding.rbac.authorization.k8s.io/v1';
export const RIGHTS = [SERVICE_ACCOUNTS, ROLES, ROLE_BINDINGS] as const;
/** The only container of a Job's pod. */
export const CONTAINER = 'worker';

export const DEFAULT_REGION = 'us-east-1';
export const DEFAULT_BACKOFF_LIMIT = 3;
/** How much of a table's provisioned capacity a run may consume: the other half is left to whoever else uses the table. */
export const DEFAULT_CAPACITY_SHARE_PERCENT = 50;
export const DEFAULT_SERVICE_ACCOUNT = 'default';

/** What Metacontroller remembers of the last answer about a child. Its merge removes what is remembered and no longer answered. */
export const LAST_APPLIED_ANNOTATION = 'metacontroller.k8s.io/last-applied-configuration';
