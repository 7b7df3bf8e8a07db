import t from 'tap';
import {
  type ErrorClass,
  consumedNothing,
  isAnswer,
  nameOf,
  outcomeIsUnknown,
  classOf,
} from '../../../src/dynamodb/errors.js';

const sdk = (name: string, status?: number, more: object = {}): Error =>
  Object.assign(new Error('secret'), { name, $metadata: { httpStatusCode: status }, ...more });
const node = (code: string): Error => Object.assign(new Error('secret'), { code });

const CASES: readonly [error: unknown, errorClass: ErrorClass, reason: string][] = [
  [sdk('ProvisionedThroughputExceededException', 400), 'throttled', 'the table or a partition is throttled'],
  [sdk('ThrottlingException', 400), 'throttled', 'on-demand throttling'],
  [sdk('Throttling', 400), 'throttled', 'its old name'],
  [sdk('RequestLimitExceeded', 400), 'throttled', "the account's limit"],
  [sdk('UnknownError', 429), 'throttled', 'a proxy in between'],
  [sdk('InternalServerError', 500), 'retry', "DynamoDB's own fault"],
  [sdk('UnknownError', 503), 'retry', 'unavailable'],
  [sdk('ReplicatedWriteConflictException', 400), 'refused', 'a global table'],
  [sdk('TransactionConflictException', 400), 'refused', 'a transaction is at the item'],
  [sdk('TransactionInProgressException', 400), 'refused', 'the same, by its other name'],
  [sdk('UnknownError', 403), 'misaddressed', 'an empty answer of a firewall'],
  [sdk('UnknownError', 413), 'misaddressed', 'an empty answer of a proxy'],
  [sdk('IncompleteAnswer'), 'misaddressed', 'a success without what DynamoDB always sends'],
  [sdk('RegionDisabledException', 403), 'denied', 'STS is not activated in the region'],
  [sdk('TimeoutError'), 'retry', 'no answer in time'],
  [node('ECONNRESET'), 'retry', 'cut'],
  [node('EPIPE'), 'retry', 'cut while writing'],
  [node('ECONNREFUSED'), 'not-sent', 'nobody listens'],
  [node('ENOTFOUND'), 'not-sent', 'no such name'],
  [sdk('WriteNotAdmitted'), 'not-sent', 'the fence was closed'],
  [sdk('WriteGivenUp'), 'retry', 'the fence closed while it was in flight'],
  [sdk('NoAnswerInTime'), 'retry', 'no whole answer in time'],
  [sdk('ReadGivenUp'), 'retry', 'told to stop'],
  [sdk('NotSent'), 'not-sent', 'told to stop before it was sent'],
  [sdk('ProxyFailed', undefined, { code: 'HTTP 407 from the proxy' }), 'not-sent', 'no tunnel'],
  [sdk('NotSentInTime'), 'not-sent', 'it waited too long for its turn'],
  [sdk('NotConnectedInTime'), 'not-sent', 'no connection in time'],
  [node('EMFILE'), 'not-sent', 'no socket can be opened'],
  [node('EAI_AGAIN'), 'not-sent', 'DNS is slow'],
  [
    sdk('InvalidSignatureException', 400, { $metadata: { clockSkewCorrected: true } }),
    'refused',
    'the clock was wrong',
  ],
  [sdk('InvalidSignatureException', 400), 'denied', 'the secret key is wrong'],
  [sdk('ExpiredTokenException', 400), 'credentials', 'a session ended'],
  [sdk('CredentialsProviderError'), 'credentials', 'none could be had'],
  [sdk('NoIdentity'), 'no-identity', 'nothing could provide any'],
  [sdk('AccessDeniedException', 400), 'denied', 'IAM'],
  [sdk('UnrecognizedClientException', 400), 'denied', 'no such access key'],
  [sdk('MissingAuthenticationTokenException', 403), 'denied', 'unsigned'],
  [sdk('KMSAccessDeniedException', 400), 'denied', "the table's key"],
  [sdk('ResourceNotFoundException', 400), 'not-found', 'no table'],
  [node('CERT_HAS_EXPIRED'), 'misaddressed', 'TLS'],
  [node('DEPTH_ZERO_SELF_SIGNED_CERT'), 'misaddressed', 'TLS'],
  [node('ERR_TLS_CERT_ALTNAME_INVALID'), 'misaddressed', 'TLS for another host'],
  [node('EPROTO'), 'misaddressed', 'https to an http port'],
  [node('HPE_INVALID_CONSTANT'), 'misaddressed', 'no HTTP'],
  [sdk('SyntaxError', 200), 'misaddressed', 'a web page'],
  [sdk('SyntaxError', 502), 'retry', "a load balancer's page"],
  [sdk('ValidationException', 400), 'invalid', 'refused as such'],
  [sdk('ItemCollectionSizeLimitExceededException', 400), 'bug', 'cannot come from a delete'],
  [sdk('LimitExceededException', 400), 'throttled', 'too many control-plane requests'],
  [sdk('TokenProviderError'), 'credentials', 'an SSO token could not be had'],
  [sdk('InvalidIdentityToken', 400), 'denied', 'a web identity that STS does not accept'],
  [sdk('RequestTimeTooSkewed', 403), 'refused', 'the clock is wrong; the SDK corrects it'],
  [sdk('TableNotFoundException', 400), 'not-found', 'no table, by its other name'],
  [sdk('ForeignEndpoint'), 'misaddressed', 'our own gate'],
  [sdk('LocalAddress'), 'misaddressed', 'our own look-up'],
  [sdk('UnknownOperationException', 400), 'invalid', 'an engine that lacks an operation'],
  [node('ERR_STREAM_PREMATURE_CLOSE'), 'retry', 'an answer that was cut short'],
  [sdk('SomethingNew', 400), 'misaddressed', 'a status of the 400s that is not in the table'],
  [{ name: 7, code: 'EPIPE' }, 'retry', 'a name that is not text'],
  [new TypeError('secret'), 'bug', 'ours'],
  [undefined, 'bug', 'thrown without anything'],
];

for (const [error, errorClass, reason] of CASES) t.equal(classOf(error), errorClass, `${nameOf(error)}: ${reason}`);

t.test('what is said of an error holds no message', async (t) => {
  for (const [error] of CASES) t.notMatch(nameOf(error), /secret/);
  t.equal(nameOf(sdk('ThrottlingException', 400)), 'ThrottlingException, HTTP 400');
  t.equal(nameOf(node('ECONNREFUSED')), 'ECONNREFUSED', 'the name Error says nothing beside a code');
  t.equal(nameOf(new AggregateError([], 'secret')), 'AggregateError');
});

t.test('only what may have been carried out is unknown', async (t) => {
  t.ok(outcomeIsUnknown(classOf(sdk('TimeoutError'))));
  t.ok(outcomeIsUnknown(classOf(node('ECONNRESET'))));
  t.notOk(outcomeIsUnknown(classOf(sdk('ThrottlingException', 400))));
  t.notOk(outcomeIsUnknown(classOf(node('ECONNREFUSED'))));
});

t.test('an answer has a status', async (t) => {
  t.ok(isAnswer(sdk('AccessDeniedException', 400)));
  t.notOk(isAnswer(node('ECONNREFUSED')));
});

t.test('what a failed request may have done and consumed', async (t) => {
  const rows: readonly [ErrorClass, unknown: boolean, nothing: boolean, why: string][] = [
    ['throttled', false, true, 'it was refused'],
    ['refused', false, true, 'the item is as it was'],
    ['not-sent', false, true, 'it never arrived'],
    ['credentials', false, true, 'it was not signed'],
    ['denied', false, true, 'it was refused'],
    ['retry', true, false, 'the answer is lost'],
    ['misaddressed', true, false, 'whoever answered may be in the way of DynamoDB'],
    ['not-found', false, false, 'there is nothing to do it to'],
    ['invalid', false, false, 'it was read, and refused'],
    ['bug', false, false, 'nobody knows what it was'],
  ];
  for (const [errorClass, unknown, nothing, why] of rows)
    t.same([outcomeIsUnknown(errorClass), consumedNothing(errorClass)], [unknown, nothing], `${errorClass}: ${why}`);
});
