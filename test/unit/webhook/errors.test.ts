import type { FastifyReply, FastifyRequest } from 'fastify';
import t from 'tap';
import {
  answerError,
  ClientError,
  noClientCertificate,
  notJson,
  overloaded,
  tooDeep,
  wrongToken,
} from '../../../src/webhook/errors.js';

/** The result of `answerError` for an error: the status, the body and the number of log lines. */
function answerTo(error: unknown) {
  const answer = { status: 200, body: {} as Record<string, unknown>, logged: 0 };
  const reply = {
    code: (status: number) => ((answer.status = status), reply),
    send: (body: Record<string, unknown>) => ((answer.body = body), reply),
  };
  const log = { error: () => answer.logged++ };
  answerError(error, { log, body: { parent: null } } as unknown as FastifyRequest, reply as unknown as FastifyReply);
  return answer;
}

const withStatus = (statusCode: number, fields: object = {}) =>
  Object.assign(new Error('text'), { statusCode, ...fields });
const invalid = (message?: string) =>
  Object.assign(new Error('text'), {
    statusCode: 400,
    validation: [{ keyword: 'type', schemaPath: '#', instancePath: '/parent', params: {}, message }],
  });

const CASES: readonly { error: unknown; status: number; because: string }[] = [
  { error: notJson(), status: 400, because: 'a body that is not JSON' },
  { error: tooDeep('the body', 10_003), status: 400, because: 'a body that no API server stores' },
  { error: wrongToken(), status: 401, because: 'a wrong token' },
  { error: noClientCertificate(), status: 403, because: 'no client certificate' },
  { error: overloaded(), status: 429, because: 'overload, which Metacontroller waits out' },
  { error: invalid('must be object'), status: 400, because: 'a request that its schema refuses' },
  {
    error: Object.assign(new Error('aborted'), { code: 'ECONNRESET' }),
    status: 400,
    because: 'a client that went away in the middle of its body',
  },
  { error: withStatus(413, { code: 'FST_ERR_CTP_BODY_TOO_LARGE' }), status: 413, because: "Fastify's own refusal" },
  { error: withStatus(503, { code: 'FST_ERR_X' }), status: 500, because: "a fault of Fastify's is not the client's" },
  { error: withStatus(400), status: 500, because: 'an error of unknown origin is a bug, whatever its status' },
  { error: withStatus(200), status: 500, because: 'nothing that is thrown is a success' },
  { error: new ClientError(200, 'text'), status: 500, because: 'not even one of ours' },
  { error: { statusCode: 400, code: 'FST_ERR_X' }, status: 500, because: 'an object that is not an Error' },
  { error: undefined, status: 500, because: 'nothing' },
  { error: null, status: 500, because: 'null' },
];
for (const { error, status, because } of CASES)
  t.test(because, async (t) => {
    const answer = answerTo(error);
    t.equal(answer.status, status);
    t.equal(answer.logged, status === 500 ? 1 : 0, 'a bug is logged, a refusal is not');
    t.type(answer.body.error, 'string');
    t.notOk('children' in answer.body);
    if (status === 500) t.notMatch(JSON.stringify(answer.body), 'text', 'a bug is not described to the client');
  });

t.match(
  answerTo(invalid('must be object')).body,
  { path: '/parent', message: /^\/parent must be object: this is not a request of a Metacontroller/ },
  'a refusal says what is wrong, and where',
);
t.match(answerTo(invalid()).body, { message: /^\/parent is wrong: / }, 'even where the validator has no words for it');
