import t from 'tap';
import { bearerTokenMatches } from '../../../src/webhook/auth.js';
import { request } from '../../support/builders.js';
import { webhook } from '../../support/webhook.js';

const TOKEN = 'correct-horse';

const HEADERS: readonly { header: string | undefined; right: boolean; because: string }[] = [
  { header: `Bearer ${TOKEN}`, right: true, because: 'as it should be' },
  { header: `bearer ${TOKEN}`, right: true, because: 'a scheme has no case (RFC 9110)' },
  { header: `Bearer   ${TOKEN}`, right: true, because: 'one or more spaces (RFC 9110)' },
  { header: undefined, right: false, because: 'no header' },
  { header: '', right: false, because: 'an empty header' },
  { header: 'Bearer', right: false, because: 'no token' },
  { header: 'Bearer ', right: false, because: 'an empty token' },
  { header: TOKEN, right: false, because: 'no scheme' },
  { header: `Basic ${TOKEN}`, right: false, because: 'another scheme' },
  { header: `Bearer ${TOKEN}x`, right: false, because: 'a longer one' },
  { header: `Bearer ${TOKEN.slice(1)}`, right: false, because: 'a part of it' },
  { header: `Bearer ${TOKEN.toUpperCase()}`, right: false, because: 'another case' },
  { header: `Bearer x ${TOKEN}`, right: false, because: 'two words' },
];

for (const { header, right, because } of HEADERS)
  t.equal(bearerTokenMatches(header, [TOKEN]), right, `${JSON.stringify(header)}: ${because}`);

t.notOk(bearerTokenMatches('Bearer', ['']), 'no token never is the right token');
t.notOk(bearerTokenMatches(undefined, ['']));
t.notOk(bearerTokenMatches(`Bearer ${TOKEN}`, []), 'without tokens nothing matches');
for (const token of ['old', 'new'])
  t.ok(bearerTokenMatches(`Bearer ${token}`, ['old', 'new']), 'both during a rotation');
t.notOk(bearerTokenMatches('Bearer old new', ['old', 'new']));

t.test('the hooks ask for the token of that moment, before they read the body', async (t) => {
  let token = TOKEN;
  let decisions = 0;
  const decide = () => (decisions++, { status: {}, children: [], finalized: false });
  const syncOnly = () => (decisions++, { status: {}, children: [] });
  const { post, lines } = await webhook(t, {
    bearerTokens: () => [token],
    hooks: { sync: syncOnly, finalize: decide },
  });
  for (const hook of ['sync', 'finalize']) {
    const right = { authorization: `Bearer ${token}` };
    for (const payload of [request(), 'no JSON']) {
      const refused = await post(hook, payload, {});
      t.equal(refused.statusCode, 401, 'without, whatever is sent');
      t.equal(refused.headers['www-authenticate'], 'Bearer');
      t.match(refused.json(), { error: 'Unauthorized' });
      t.equal((await post(hook, payload, { authorization: 'Bearer wrong' })).statusCode, 401, 'with another');
    }
    t.equal(decisions, 0, 'nothing was decided');
    t.equal((await post(hook, request(), right)).statusCode, 200, 'with the right one');
    token = 'renewed';
    t.equal((await post(hook, request(), right)).statusCode, 401, 'with the one before');
    t.equal((await post(hook, request(), { authorization: 'Bearer renewed' })).statusCode, 200, 'with the new one');
    [token, decisions] = [TOKEN, 0];
  }
  t.notMatch(lines.join(''), TOKEN, 'and never log it');
});
