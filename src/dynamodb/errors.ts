/**
 * What each error means for the request that failed with it. Sources: DynamoDB's API reference ("Common Error Types") and
 * developer guide ("Error handling with DynamoDB"), the error names of the SDK's credential providers and HTTP handler, and
 * Node's system, TLS and HTTP parser error codes.
 */
export type ErrorClass =
  /** Throttled. Nothing was done: retry, more slowly. */
  | 'throttled'
  /** Refused for a reason that passes: another transaction or region is at the item, or the clock was wrong. Nothing was done: retry. */
  | 'refused'
  /** A transient fault. The request may have been executed: retry after a random delay. */
  | 'retry'
  /** A transient fault before the request reached the endpoint. Nothing was done: retry. */
  | 'not-sent'
  /** Credentials have expired or could not be obtained: obtain new ones, then retry. */
  | 'credentials'
  /** There is no source of credentials at all. */
  | 'no-identity'
  /** The caller lacks permission. At first, IAM may still be propagating a change. */
  | 'denied'
  /** The table does not exist. */
  | 'not-found'
  /** The endpoint is not DynamoDB, or its certificate is not trusted; or, if it is known to be, something on the way answered. */
  | 'misaddressed'
  /** DynamoDB rejects the request itself: retrying cannot help. */
  | 'invalid'
  /** Anything else: a bug in this program. */
  | 'bug';

/** What is known about a request that failed with each class; `deletion/retry/retry-policy.ts` decides what to do about it. */
const EFFECTS: Readonly<Record<ErrorClass, 'nothing done' | 'unknown' | 'refused'>> = {
  throttled: 'nothing done',
  refused: 'nothing done',
  retry: 'unknown',
  'not-sent': 'nothing done',
  credentials: 'nothing done',
  'no-identity': 'nothing done',
  denied: 'nothing done',
  'not-found': 'refused',
  misaddressed: 'unknown',
  invalid: 'refused',
  bug: 'refused',
};

interface Row {
  class: ErrorClass;
  /** Matched against the error's name, then its `code`. The first row that matches applies. */
  names: RegExp;
}

const TABLE: readonly Row[] = [
  {
    class: 'throttled',
    names:
      /^(ProvisionedThroughputExceeded(Exception)?|Throttl\w*|RequestLimitExceeded|LimitExceededException|TooManyRequests\w*|RequestThrottled\w*)$/,
  },
  {
    class: 'credentials',
    names: /^(ExpiredToken\w*|CredentialsProviderError|TokenProviderError|IDPCommunicationError)$/,
  },
  { class: 'no-identity', names: /^NoIdentity$/ },
  {
    class: 'denied',
    names:
      /^(AccessDenied\w*|UnrecognizedClient\w*|InvalidSignature\w*|IncompleteSignature\w*|SignatureDoesNotMatch|MissingAuthenticationToken\w*|InvalidClientTokenId|InvalidAccessKeyId|InvalidIdentityToken\w*|IDPRejectedClaim\w*|NotAuthorized\w*|OptInRequired|RegionDisabled\w*|KMS\w*)$/,
  },
  {
    class: 'refused',
    names:
      /^(Transaction(InProgress|Conflict)\w*|ReplicatedWriteConflict\w*|RequestTimeTooSkewed|RequestExpired|RequestInTheFuture)$/,
  },
  { class: 'not-found', names: /^(ResourceNotFoundException|TableNotFoundException)$/ },
  {
    class: 'misaddressed',
    names:
      /^(CERT_\w+|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+|ERR_TLS_\w+|ERR_SSL_\w+|HOSTNAME_MISMATCH|INVALID_(CA|PURPOSE)|PATH_LENGTH_EXCEEDED|EPROTO|HPE_\w+|SyntaxError|IncompleteAnswer|ForeignEndpoint|LocalAddress)$/,
  },
  { class: 'invalid', names: /^(ValidationException|SerializationException|UnknownOperationException)$/ },
  { class: 'bug', names: /^ItemCollectionSizeLimitExceeded\w*$/ },
  {
    class: 'retry',
    names:
      /^(Internal(Server|Failure)\w*|ServiceUnavailable\w*|TimeoutError|RequestTimeout\w*|NoAnswerInTime|WriteGivenUp|ReadGivenUp)$/,
  },
  {
    class: 'not-sent',
    names:
      /^(ECONNREFUSED|ENOTFOUND|EAI_\w+|EHOSTUNREACH|ENETUNREACH|ENETDOWN|EHOSTDOWN|EADDRNOTAVAIL|WriteNotAdmitted|EMFILE|ENFILE|NotSent|NotSentInTime|NotConnectedInTime|ProxyFailed)$/,
  },
  { class: 'retry', names: /^(ECONN\w+|EPIPE|ETIMEDOUT|ERR_SOCKET_\w+|ERR_HTTP_\w+|ERR_STREAM_\w+)$/ },
];

interface SdkError {
  name?: unknown;
  code?: unknown;
  $metadata?: { httpStatusCode?: number; clockSkewCorrected?: boolean };
}

/** Classifies an error thrown by the SDK: by its name or code, or else by its HTTP status. */
export function classOf(error: unknown): ErrorClass {
  const { name, code, $metadata } = (error ?? {}) as SdkError;
  // The SDK has just corrected its clock from this response, so the next signature will be valid.
  if ($metadata?.clockSkewCorrected === true) return 'refused';
  const status = $metadata?.httpStatusCode ?? 0;
  // An error page that is not JSON, from a load balancer along the way.
  if (name === 'SyntaxError' && status >= 500) return 'retry';
  for (const word of [name, code]) {
    const row = typeof word === 'string' ? TABLE.find(({ names }) => names.test(word)) : undefined;
    if (row) return row.class;
  }
  if (status === 429) return 'throttled';
  if (status >= 500) return 'retry';
  // No error of DynamoDB's: a firewall or a proxy along the way, or something else altogether.
  return status >= 300 ? 'misaddressed' : 'bug';
}

/** Whether a write that failed this way may nevertheless have been executed. */
export function outcomeIsUnknown(errorClass: ErrorClass): boolean {
  return EFFECTS[errorClass] === 'unknown';
}

/** Whether a request that failed this way consumed no capacity. What other failures consumed is unknown. */
export function consumedNothing(errorClass: ErrorClass): boolean {
  return EFFECTS[errorClass] === 'nothing done';
}

/** Whether the endpoint answered at all. */
export function isAnswer(error: unknown): boolean {
  return ((error ?? {}) as SdkError).$metadata?.httpStatusCode !== undefined;
}

/** An error's name, code and status. Unlike its message, these cannot contain a key's value. */
export function nameOf(error: unknown): string {
  const { name, code, $metadata } = (error ?? {}) as SdkError;
  // Node's own names say nothing: its code does.
  const isUnnamed = code !== undefined && (name === 'Error' || name === 'AggregateError');
  const words = [isUnnamed ? undefined : name, code, $metadata?.httpStatusCode && `HTTP ${$metadata.httpStatusCode}`];
  return words.filter((word, i) => word && words.indexOf(word) === i).join(', ') || 'unknown error';
}
