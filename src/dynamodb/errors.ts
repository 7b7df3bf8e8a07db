/**
 * What each error means, as one table. Sources: DynamoDB's API reference ("Common errors", "Error handling"), the SDK's names
 * for its own errors, Node's system error codes.
 */
export type ErrorRule =
  /** Throttled: nothing was done; send again, later. */
  | 'throttled'
  /** A passing fault whose outcome is unknown: send again, with jitter. */
  | 'retry'
  /** A passing fault, and the request never got there. */
  | 'not-sent'
  /** Credentials that ended or could not be had: take new ones. */
  | 'credentials'
  /** Refused for who we are: may pass while IAM propagates. */
  | 'denied'
  /** The table is not there. */
  | 'not-found'
  /** The request reaches something that is no DynamoDB, or no trustworthy one. */
  | 'misaddressed'
  /** DynamoDB refuses the request as such. */
  | 'invalid'
  | 'bug';

interface Row {
  rule: ErrorRule;
  /** Matched against the error's name and its `code`. */
  names: RegExp;
}

const TABLE: readonly Row[] = [
  {
    rule: 'throttled',
    names:
      /^(ProvisionedThroughputExceeded(Exception)?|Throttl\w*|RequestLimitExceeded|LimitExceededException|TooManyRequests\w*|RequestThrottled\w*)$/,
  },
  {
    rule: 'credentials',
    names: /^(ExpiredToken\w*|CredentialsProviderError|TokenProviderError|IDPCommunicationError)$/,
  },
  {
    rule: 'denied',
    names:
      /^(AccessDenied\w*|UnrecognizedClient\w*|InvalidSignature\w*|IncompleteSignature\w*|SignatureDoesNotMatch|MissingAuthenticationToken\w*|InvalidClientTokenId|InvalidAccessKeyId|InvalidIdentityToken\w*|IDPRejectedClaim\w*|NotAuthorized\w*|OptInRequired|KMS\w*)$/,
  },
  { rule: 'retry', names: /^(RequestTimeTooSkewed|RequestExpired|RequestInTheFuture)$/ },
  { rule: 'not-found', names: /^(ResourceNotFoundException|TableNotFoundException)$/ },
  {
    rule: 'misaddressed',
    names:
      /^(CERT_\w+|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+|ERR_TLS_\w+|ERR_SSL_\w+|HOSTNAME_MISMATCH|INVALID_(CA|PURPOSE)|PATH_LENGTH_EXCEEDED|EPROTO|HPE_\w+|SyntaxError|ForeignEndpoint)$/,
  },
  { rule: 'invalid', names: /^(ValidationException|SerializationException|UnknownOperationException)$/ },
  { rule: 'bug', names: /^ItemCollectionSizeLimitExceeded\w*$/ },
  {
    rule: 'retry',
    names:
      /^(Internal(Server|Failure)\w*|ServiceUnavailable\w*|ReplicatedWriteConflict\w*|TransactionInProgress\w*|TimeoutError|RequestTimeout\w*)$/,
  },
  {
    rule: 'not-sent',
    names: /^(ECONNREFUSED|ENOTFOUND|EAI_\w+|EHOSTUNREACH|ENETUNREACH|ENETDOWN|EHOSTDOWN|EADDRNOTAVAIL)$/,
  },
  { rule: 'retry', names: /^(ECONN\w+|EPIPE|ETIMEDOUT|ERR_SOCKET_\w+|ERR_HTTP_\w+|ERR_STREAM_\w+)$/ },
];

interface SdkError {
  name?: unknown;
  code?: unknown;
  $metadata?: { httpStatusCode?: number; clockSkewCorrected?: boolean };
}

/** The rule for an error as the SDK throws it. */
export function ruleOf(error: unknown): ErrorRule {
  const { name, code, $metadata } = (error ?? {}) as SdkError;
  // The SDK has just learnt the true time from this very answer: the next signature will be right.
  if ($metadata?.clockSkewCorrected === true) return 'retry';
  const status = $metadata?.httpStatusCode ?? 0;
  if (name === 'SyntaxError' && status >= 500) return 'retry';
  for (const word of [name, code]) {
    const row = typeof word === 'string' ? TABLE.find(({ names }) => names.test(word)) : undefined;
    if (row) return row.rule;
  }
  if (status === 429) return 'throttled';
  return status >= 500 ? 'retry' : 'bug';
}

/** Whether a write that ended so may have been carried out all the same. */
export function outcomeIsUnknown(rule: ErrorRule): boolean {
  return rule === 'retry' || rule === 'misaddressed';
}

/** Whether the endpoint answered, with whatever. */
export function isAnswer(error: unknown): boolean {
  return ((error ?? {}) as SdkError).$metadata?.httpStatusCode !== undefined;
}

/** What may be said of an error where a message of the server's could hold a key's value: its name, code and status. */
export function nameOf(error: unknown): string {
  const { name, code, $metadata } = (error ?? {}) as SdkError;
  const words = [name, code, $metadata?.httpStatusCode && `HTTP ${$metadata.httpStatusCode}`];
  return words.filter((word, i) => word && words.indexOf(word) === i).join(', ') || 'unknown error';
}
