import t from 'tap';
import { lookupElsewhere } from '../../../../src/cli/process/lookup.js';

type Found = string | readonly { address: string; family: number }[];

const resolve = (host: string, all: boolean): Promise<{ error?: Error | null; found?: Found }> =>
  new Promise((done) => lookupElsewhere(host, { all }, (error, found) => done(error ? { error } : { found })));

// Node.js asks for all addresses of a name, so that it can try both families; older callers ask for one.
for (const all of [false, true]) {
  t.test(all ? 'all addresses' : 'one address', async (t) => {
    for (const host of ['localhost', '127.0.0.1', '169.254.169.254', '::1', '::ffff:127.0.0.1'])
      t.match(await resolve(host, all), { error: { name: 'LocalAddress', message: host } }, `${host} is refused`);
    t.same(await resolve('10.0.0.1', all), { found: all ? [{ address: '10.0.0.1', family: 4 }] : '10.0.0.1' });
    t.same(await resolve('fd12::1', all), { found: all ? [{ address: 'fd12::1', family: 6 }] : 'fd12::1' });
    t.match((await resolve('nobody.invalid', all)).error, { code: /^E/ }, 'an error of the look-up stays what it is');
  });
}
