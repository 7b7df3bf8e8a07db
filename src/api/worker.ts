/** The environment variables through which a Job gives the worker its input. Each name is defined only here. */
export const ENV = {
  tableName: 'DYNAMOCTL_TABLE_NAME',
  partitionValue: 'DYNAMOCTL_PARTITION_VALUE',
  region: 'DYNAMOCTL_REGION',
  endpointURL: 'DYNAMOCTL_ENDPOINT_URL',
  mode: 'DYNAMOCTL_MODE',
  sortKeyBeginsWith: 'DYNAMOCTL_SORT_KEY_BEGINS_WITH',
  sortKeyFrom: 'DYNAMOCTL_SORT_KEY_FROM',
  sortKeyTo: 'DYNAMOCTL_SORT_KEY_TO',
  maxWriteUnitsPerSecond: 'DYNAMOCTL_MAX_WRITE_UNITS_PER_SECOND',
  maxReadUnitsPerSecond: 'DYNAMOCTL_MAX_READ_UNITS_PER_SECOND',
  capacitySharePercent: 'DYNAMOCTL_CAPACITY_SHARE_PERCENT',
  /** What holds where the resource sets no limit, now or later. */
  defaultMaxWriteUnitsPerSecond: 'DYNAMOCTL_DEFAULT_MAX_WRITE_UNITS_PER_SECOND',
  defaultMaxReadUnitsPerSecond: 'DYNAMOCTL_DEFAULT_MAX_READ_UNITS_PER_SECOND',
  defaultCapacitySharePercent: 'DYNAMOCTL_DEFAULT_CAPACITY_SHARE_PERCENT',
  maxItems: 'DYNAMOCTL_MAX_ITEMS',
  requirePointInTimeRecovery: 'DYNAMOCTL_REQUIRE_POINT_IN_TIME_RECOVERY',
  holdTag: 'DYNAMOCTL_HOLD_TAG',
  trustedEndpoints: 'DYNAMOCTL_TRUSTED_ENDPOINTS',
  requestPath: 'DYNAMOCTL_REQUEST_PATH',
  reportSeconds: 'DYNAMOCTL_REPORT_SECONDS',
  parentName: 'DYNAMOCTL_PARENT_NAME',
  parentNamespace: 'DYNAMOCTL_PARENT_NAMESPACE',
  parentUID: 'DYNAMOCTL_PARENT_UID',
  jobUID: 'DYNAMOCTL_JOB_UID',
  /** The pod's service account, for messages. */
  serviceAccount: 'DYNAMOCTL_SERVICE_ACCOUNT',
  /** The target that the resource has recorded, if it has: the worker refuses any other. */
  expectedTableId: 'DYNAMOCTL_EXPECTED_TABLE_ID',
  expectedDigest: 'DYNAMOCTL_EXPECTED_DIGEST',
  /** The key that signs the receipt, the Secret that it comes from (for messages), and what the receipt says that the worker cannot know. */
  receiptKeyFile: 'DYNAMOCTL_RECEIPT_KEY_FILE',
  receiptKeySecret: 'DYNAMOCTL_RECEIPT_KEY_SECRET',
  image: 'DYNAMOCTL_IMAGE',
  createdBy: 'DYNAMOCTL_CREATED_BY',
  approvedBy: 'DYNAMOCTL_APPROVED_BY',
  /** Where the worker writes its termination message; by default TERMINATION_MESSAGE_PATH. For running a Job as a plain process. */
  terminationMessagePath: 'DYNAMOCTL_TERMINATION_MESSAGE_PATH',
} as const;

/** How a worker makes the requests that a deletion repeats: by its own fast path, or by the SDK alone, in case of doubt. */
export const REQUEST_PATHS = ['fast', 'sdk'] as const;
export type RequestPath = (typeof REQUEST_PATHS)[number];

/** The keys of a credentials Secret. Only these reach the worker. */
export const CREDENTIAL_KEYS = [
  { name: 'AWS_ACCESS_KEY_ID', optional: false },
  { name: 'AWS_SECRET_ACCESS_KEY', optional: false },
  { name: 'AWS_SESSION_TOKEN', optional: true },
] as const;

/** The file from which Kubernetes takes the worker's termination message. */
export const TERMINATION_MESSAGE_PATH = '/dev/termination-log';
/** How many bytes of a termination message Kubernetes keeps. */
export const TERMINATION_MESSAGE_BYTES = 4096;

/** How many seconds the worker may take to finish its in-flight requests after SIGTERM. */
export const DRAIN_SECONDS = 20;
