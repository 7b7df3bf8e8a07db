import { renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { watchFiles } from '../../../../src/cli/process/watched-files.js';

interface Watched {
  /** What is done at a change; a test replaces it. */
  reload: () => void;
  /** Repeats a change (a watcher takes a moment to start) until a matching line is logged. */
  until: (line: RegExp, change: (count: number) => void) => Promise<string>;
}

function watched(t: Test, paths: readonly string[]): Watched {
  const said: string[] = [];
  const state: Watched = {
    reload: () => undefined,
    until: async (line, change) => {
      said.length = 0;
      for (let count = 1; ; count++) {
        change(count);
        await setTimeout(30);
        const found = said.find((text) => line.test(text));
        if (found !== undefined) return found;
      }
    },
  };
  const reload = (): void => {
    state.reload();
    said.push('reloaded');
  };
  t.teardown(watchFiles(paths, reload, (message) => said.push(`warned: ${message}`), 10));
  return state;
}

t.test('reloads when any of the files changes', async (t) => {
  const folder = t.testdir({ a: '1', b: '1' });
  const { until } = watched(t, [join(folder, 'a'), join(folder, 'b')]);
  for (const name of ['a', 'b'])
    t.equal(await until(/^reloaded$/, (count) => writeFileSync(join(folder, name), 'x'.repeat(count))), 'reloaded');
});

t.test('what cannot be used is warned of, and tried again at the next change', async (t) => {
  const path = join(t.testdir({ a: '1' }), 'a');
  const state = watched(t, [path]);
  const change = (count: number): void => writeFileSync(path, 'x'.repeat(count));
  state.reload = () => {
    throw new Error('half written');
  };
  t.match(await state.until(/warned/, change), /^warned: .*\/a changed and cannot be used yet: half written$/);
  state.reload = () => undefined;
  t.equal(await state.until(/reloaded/, change), 'reloaded');
});

t.test('sees a mounted Secret change, which is a renamed link', async (t) => {
  const folder = t.testdir({ even: { a: '1' }, odd: { a: '22' } });
  const [data, next] = [join(folder, '..data'), join(folder, '..new')];
  symlinkSync('even', data);
  const { until } = watched(t, [join(data, 'a')]);
  const swap = (count: number): void => {
    symlinkSync(count % 2 === 0 ? 'even' : 'odd', next);
    renameSync(next, data);
  };
  t.equal(await until(/./, swap), 'reloaded');
});

t.test('a file that goes and comes back is seen', async (t) => {
  const path = join(t.testdir({ a: '1' }), 'a');
  const { until } = watched(t, [path]);
  t.equal(await until(/./, (count) => (count % 2 === 0 ? writeFileSync(path, 'back') : rmSync(path))), 'reloaded');
});
