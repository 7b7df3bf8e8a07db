import t from 'tap';
import { Failure, Interruption } from '../../../../src/api/failure.js';
import { RETRY_LIMITS, RetryPolicy, sendUntilDone } from '../../../../src/deletion/retry/retry-policy.js';
import { VirtualTime } from '../../../models/virtual-time.js';
import { recordedLog } from '../../../support/recorded-log.js';

const error = (name: string, status?: number): Error =>
  Object.assign(new Error(), { name, $metadata: { httpStatusCode: status } });
const refused = Object.assign(new Error(), { code: 'ECONNREFUSED' });

function sending(renew?: () => void) {
  const clock = new VirtualTime({ unattended: true });
  const stop = new AbortController();
  const log = recordedLog();
  let times = 0;
  const retryPolicy = new RetryPolicy(clock, log, { renewCredentials: renew, onThrottled: () => times++ });
  return { clock, retryPolicy, log, stop, signal: stop.signal, throttled: () => times };
}

t.test('each kind of trouble is borne for its time, and ends as its own outcome', async (t) => {
  for (const [reason, thrown, answered, succeeded, state, seconds] of [
    ['nobody answers', refused, false, false, 'Incomplete', 60],
    ['nobody answers any more', refused, true, true, 'Incomplete', 600],
    ['throttled from the start', error('ThrottlingException', 400), false, false, 'Incomplete', 600],
    ['failing', error('InternalServerError', 500), false, false, 'Incomplete', 600],
    ['denied at first: IAM propagates', error('AccessDeniedException', 400), false, false, 'AccessDenied', 60],
    ['denied later: credentials are renewed', error('AccessDeniedException', 400), true, true, 'AccessDenied', 60],
    ['a conflict that never ends', error('TransactionConflictException', 400), true, true, 'Incomplete', 600],
    ['a firewall in mid-run', error('UnknownError', 403), true, true, 'Incomplete', 600],
    ['a firewall from the start', error('UnknownError', 403), false, false, 'InvalidTarget', 0],
    ['no credentials', error('CredentialsProviderError'), false, false, 'Incomplete', 120],
    ['no identity at all', error('NoIdentity'), false, false, 'AccessDenied', 60],
    ['an identity that has gone', error('NoIdentity'), true, true, 'Incomplete', 120],
    ['no table', error('ResourceNotFoundException', 400), true, true, 'TableNotFound', 0],
    [
      'an untrusted certificate',
      Object.assign(new Error(), { code: 'CERT_HAS_EXPIRED' }),
      false,
      false,
      'InvalidTarget',
      0,
    ],
  ] as const)
    await t.test(reason, async (t) => {
      const run = sending();
      if (succeeded) run.retryPolicy.succeeded();
      if (answered) run.retryPolicy.progressed();
      const ended = await sendUntilDone(run, () => Promise.reject(thrown)).catch((failure: unknown) => failure);
      t.match(ended, { name: 'Failure', state });
      const waited = run.clock.now() / 1000;
      t.ok(waited >= seconds && waited <= seconds + 5, `after ${seconds} s, not ${waited}`);
    });
});

t.test('what keeps it from its table is told until the first success, and only then', async (t) => {
  const told: (string | undefined)[] = [];
  const clock = new VirtualTime();
  const retryPolicy = new RetryPolicy(clock, recordedLog(), {
    endpoint: 'http://x:8000',
    onObstacle: (why) => told.push(why),
  });
  retryPolicy.judge(refused);
  retryPolicy.judge(error('ThrottlingException', 400));
  retryPolicy.succeeded();
  retryPolicy.judge(refused);
  retryPolicy.succeeded();
  t.match(told, [
    /^no connection to the endpoint http:\/\/x:8000: ECONNREFUSED$/,
    /^the endpoint .* ThrottlingExc/,
    undefined,
  ]);
  t.equal(told.length, 3);
});

t.test('an end before the first answer names the endpoint', async (t) => {
  const clock = new VirtualTime();
  const retryPolicy = new RetryPolicy(clock, recordedLog(), { endpoint: 'http://x:8000' });
  clock.pass(60_000);
  t.throws(() => retryPolicy.judge(refused), {
    state: 'Incomplete',
    message: 'no answer from the endpoint http://x:8000 for 60 s: ECONNREFUSED',
  });
});

t.test('each time counts from when its trouble began', async (t) => {
  const clock = new VirtualTime();
  clock.pass(10_000_000);
  for (const [name, limit, state, message] of [
    ['ECONNREFUSED', RETRY_LIMITS.firstAnswer, 'Incomplete', 'no answer from the endpoint for 60 s: ECONNREFUSED'],
    [
      'CredentialsProviderError',
      RETRY_LIMITS.withoutCredentials,
      'Incomplete',
      'no valid credentials for 120 s: CredentialsProviderError',
    ],
    ['NoIdentity', RETRY_LIMITS.withoutIdentity, 'AccessDenied', 'no AWS credentials: '],
  ] as const) {
    const retryPolicy = new RetryPolicy(clock, recordedLog());
    const trouble = name === 'ECONNREFUSED' ? refused : error(name);
    retryPolicy.judge(trouble);
    clock.pass(limit - 1);
    retryPolicy.judge(trouble);
    clock.pass(1);
    t.throws(() => retryPolicy.judge(trouble), { state, message }, name);
  }
});

t.test('progress restarts the time', async (t) => {
  const run = sending();
  for (let i = 0; i < 5; i++) {
    run.clock.pass(599_000);
    t.equal(run.retryPolicy.judge(error('ThrottlingException', 400)), 'throttled');
    run.retryPolicy.succeeded();
    run.retryPolicy.progressed();
  }
});

t.test('what the request itself is to blame for is not sent again', async (t) => {
  for (const thrown of [error('ValidationException', 400), new TypeError('bug')]) {
    let sent = 0;
    await t.rejects(
      sendUntilDone(sending(), () => (sent++, Promise.reject(thrown))),
      thrown,
    );
    t.equal(sent, 1);
  }
});

t.test('credentials that do not work are renewed before each further try', async (t) => {
  for (const name of [
    'ExpiredTokenException',
    'UnrecognizedClientException',
    'InvalidSignatureException',
    'AccessDeniedException',
  ]) {
    let renewed = 0;
    let tries = 0;
    const send = (): Promise<string> => (++tries < 4 ? Promise.reject(error(name, 400)) : Promise.resolve('done'));
    const run = sending(() => renewed++);
    t.equal(await sendUntilDone(run, send), 'done', name);
    t.equal(renewed, 3, name);
  }
});

t.test('a denial is borne for its time since the last success', async (t) => {
  const { retryPolicy, clock } = sending();
  const denied = error('AccessDeniedException', 400);
  for (let hour = 0; hour < 28; hour++) {
    retryPolicy.succeeded();
    retryPolicy.progressed();
    t.equal(retryPolicy.judge(denied), 'denied');
    clock.pass(RETRY_LIMITS.denied - 1);
    t.equal(retryPolicy.judge(denied), 'denied');
  }
  clock.pass(1);
  t.throws(() => retryPolicy.judge(denied), { name: 'Failure', state: 'AccessDenied' });
});

t.test('what is said of credentials that cannot be had names their source', async (t) => {
  const { retryPolicy, clock } = sending();
  const message = 'web identity (IRSA) provides none';
  const none = Object.assign(new Error(message), { name: 'CredentialsProviderError', code: 'ENOTFOUND' });
  retryPolicy.judge(none);
  clock.pass(RETRY_LIMITS.withoutCredentials);
  t.throws(() => retryPolicy.judge(none), {
    state: 'Incomplete',
    message:
      /^no valid credentials for 120 s: web identity \(IRSA\) provides none: CredentialsProviderError, ENOTFOUND$/,
  });
});

t.test('a drain ends the tries, with its own reason', async (t) => {
  const run = sending();
  const why = new Interruption(143, 'stop');
  let sent = 0;
  const send = (): Promise<never> => {
    if (++sent === 3) run.stop.abort(why);
    return Promise.reject(refused);
  };
  await t.rejects(sendUntilDone(run, send), why);
  t.equal(sent, 3, 'what failed while draining is not sent again');
  await t.rejects(sendUntilDone(run, send), why);
  t.equal(sent, 3, 'and nothing new is sent');
});

t.test('a lost outcome is told of, a refusal is not', async (t) => {
  for (const [thrown, unknown] of [
    [error('TimeoutError'), 1],
    [error('InternalServerError', 500), 1],
    [error('ThrottlingException', 400), 0],
    [error('TransactionConflictException', 400), 0],
    [refused, 0],
  ] as const) {
    let told = 0;
    let sent = 0;
    const send = (): Promise<void> => (sent++ === 0 ? Promise.reject(thrown) : Promise.resolve());
    await sendUntilDone(sending(), send, () => told++);
    t.equal(told, unknown);
  }
});

t.test('a failure passes through', async (t) => {
  const failure = new Failure('GuardRefused', 'no');
  await t.rejects(
    sendUntilDone(sending(), () => Promise.reject(failure)),
    failure,
  );
});

t.test('an endpoint is judged by its first answers', async (t) => {
  const foreign = Object.assign(new Error('http://elsewhere is not trusted'), { name: 'ForeignEndpoint' });
  const local = Object.assign(new Error('a.example resolves to 127.0.0.1'), { name: 'LocalAddress' });
  const garbage = error('SyntaxError', 200);
  for (const [reason, thrown, known, message] of [
    ['not DynamoDB', garbage, false, /cannot be used: SyntaxError.*\(it does not answer as DynamoDB does\)/],
    [
      'a certificate',
      Object.assign(new Error(), { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }),
      false,
      /NODE_EXTRA_CA_CERTS/,
    ],
    ['https on a port for http', Object.assign(new Error(), { code: 'EPROTO' }), false, /http and https mixed up/],
    ['a host that must not receive credentials', foreign, true, /http:\/\/elsewhere is not trusted/],
    ['a name that resolves to this machine', local, false, /a\.example resolves to 127\.0\.0\.1/],
    ['a name that does so by now', local, true, /a\.example resolves to 127\.0\.0\.1/],
    ['garbage on the way to a known endpoint', garbage, true, undefined],
  ] as const) {
    const { retryPolicy } = sending();
    if (known) retryPolicy.succeeded();
    if (message === undefined) t.equal(retryPolicy.judge(thrown), 'misaddressed', reason);
    else t.throws(() => retryPolicy.judge(thrown), { name: 'Failure', state: 'InvalidTarget', message }, reason);
  }
});

t.test('a denial is explained in the words that IAM has for it, and in no others', async (t) => {
  const denial = 'User: arn:aws:iam::1:user/u is not authorized to perform: dynamodb:Query on resource: arn';
  for (const [text, message] of [
    [denial, /access was denied: AccessDeniedException, HTTP 400: User: .* dynamodb:Query/],
    ['secret', /^access was denied: AccessDeniedException, HTTP 400$/],
    [undefined, /^access was denied: AccessDeniedException, HTTP 400$/],
  ] as const) {
    const { retryPolicy, clock } = sending();
    const thrown = Object.assign(error('AccessDeniedException', 400), { message: text });
    retryPolicy.judge(thrown);
    clock.pass(RETRY_LIMITS.denied);
    t.throws(() => retryPolicy.judge(thrown), { name: 'Failure', state: 'AccessDenied', message });
  }
});

t.test('an endpoint that answers, however it answers, has the time of one that makes no progress', async (t) => {
  const { retryPolicy, clock } = sending();
  clock.pass(RETRY_LIMITS.firstAnswer - 1);
  retryPolicy.judge(error('InternalServerError', 500));
  clock.pass(RETRY_LIMITS.withoutProgress - 1);
  t.equal(retryPolicy.judge(refused), 'not-sent');
  clock.pass(1);
  t.throws(() => retryPolicy.judge(refused), { name: 'Failure', state: 'Incomplete', message: /10 minutes/ });
});

t.test('a batch of which nothing was processed is a refusal', async (t) => {
  const { retryPolicy, clock, log, throttled } = sending();
  retryPolicy.succeeded();
  retryPolicy.judgeUnprocessedBatch();
  t.equal(throttled(), 1);
  t.match(log.lines, [
    { message: 'throttled; slowing down', fields: { errorClass: 'throttled', error: /unprocessed/ } },
  ]);
  clock.pass(RETRY_LIMITS.withoutProgress);
  t.throws(() => retryPolicy.judgeUnprocessedBatch(), { name: 'Failure', state: 'Incomplete', message: /unprocessed/ });
  t.equal(throttled(), 1, 'what ends the run is not retried');
});

t.test('whole refusals are counted, other failures are not', async (t) => {
  const { retryPolicy, throttled } = sending();
  for (const thrown of [error('ThrottlingException', 400), error('InternalServerError', 500), refused])
    retryPolicy.judge(thrown);
  t.equal(throttled(), 1);
});

t.test('a storm of failures is one line every five seconds for each kind', async (t) => {
  const { retryPolicy, clock, log } = sending();
  for (let i = 0; i < 60; i++) {
    retryPolicy.judge(error('ThrottlingException', 400));
    if (i === 30) retryPolicy.judge(error('InternalServerError', 500));
    clock.pass(100);
  }
  t.match(log.lines, [
    {
      message: 'throttled; slowing down',
      fields: { errorClass: 'throttled', times: 1, error: 'ThrottlingException, HTTP 400' },
    },
    { message: 'requests failed; retrying', fields: { errorClass: 'retry', times: 1 } },
    { message: 'throttled; slowing down', fields: { errorClass: 'throttled', times: 50 } },
  ]);
});
