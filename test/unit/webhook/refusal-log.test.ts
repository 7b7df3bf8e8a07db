import t from 'tap';
import { request } from '../../support/builders.js';
import { webhook } from '../../support/webhook.js';

t.test('refusals are logged once a minute, with how many were not', async (t) => {
  let seconds = 0;
  const now = () => new Date(seconds * 1000);
  const { post, lines } = await webhook(t, { bearerTokens: () => ['right'], now });
  const said = () =>
    lines
      .map((line) => JSON.parse(line) as { level: number; msg: string; code?: number; unlogged?: number })
      .filter(({ msg }) => msg.startsWith('a request was refused'));
  await post('sync', request(), { authorization: 'Bearer wrong' });
  t.match(said(), [{ level: 40, code: 401, url: '/sync', unlogged: 0, msg: /401 Unauthorized$/ }]);
  for (seconds of [1, 30, 59]) await post('finalize', request(), {});
  t.equal(said().length, 1, 'not for each of them');
  seconds = 60;
  await post('sync', request(), {});
  t.match(said()[1], { unlogged: 3 });
  t.equal(said().length, 2);
  await post('sync', request(), { authorization: 'Bearer right' });
  await post('sync', {}, { authorization: 'Bearer right' });
  t.equal(said().length, 2, 'other answers are not refusals of this kind');
  t.notMatch(lines.join(''), 'wrong', 'nothing of what was sent is logged');
});
