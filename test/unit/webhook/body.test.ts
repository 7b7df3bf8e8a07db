import Fastify from 'fastify';
import t from 'tap';
import { acceptJsonOfAnyType } from '../../../src/webhook/body.js';

const BODIES: readonly { bytes: Buffer | string; body: unknown; because: string }[] = [
  { bytes: '{"a":1}', body: { a: 1 }, because: 'an object' },
  { bytes: ' [1] \n', body: [1], because: 'white space around a value' },
  { bytes: '"\\u0000"', body: '\0', because: 'an escaped NUL is a character like any other' },
  { bytes: Buffer.from('"€😀"'), body: '€😀', because: 'characters of several bytes' },
  { bytes: Buffer.from([0x22, 0xff, 0x22]), body: undefined, because: 'a byte that UTF-8 does not have' },
  { bytes: Buffer.from([0x22, 0xe2, 0x82, 0x22]), body: undefined, because: 'a character that is cut off' },
  { bytes: Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), body: undefined, because: 'half a surrogate pair' },
  { bytes: '\ufeff{}', body: undefined, because: 'JSON begins without a byte order mark' },
  { bytes: 'a=1', body: undefined, because: 'a form' },
  { bytes: '{"a":', body: undefined, because: 'half a body' },
];
const TYPES = ['application/json', 'application/x-www-form-urlencoded', 'application/octet-stream', 'nonsense'];

for (const { bytes, body, because } of BODIES)
  t.test(because, async (t) => {
    const app = Fastify();
    acceptJsonOfAnyType(app);
    app.post('/', async (request) => ({ body: request.body }));
    t.teardown(() => app.close());
    for (const type of TYPES) {
      const reply = await app.inject({ method: 'POST', url: '/', headers: { 'content-type': type }, payload: bytes });
      if (body === undefined) t.equal(reply.statusCode, 400, type);
      else t.strictSame(reply.json(), { body }, type);
    }
  });
