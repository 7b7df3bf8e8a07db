import t from 'tap';
import { complete } from '../../../../src/cli/kubectl/complete.js';

const KIND = 'ddbctldpjob.dynamoctl.dp.operators.sanjivmadhavan.io';

t.test('a subcommand, then a name, then nothing', async (t) => {
  for (const { words, choices, connection } of [
    { words: [], choices: ['status', 'approve', 'suspend', 'resume', 'cancel', 'logs', 'receipt'] },
    { words: ['re'], choices: ['resume', 'receipt'] },
    { words: ['status', ''], choices: ['erase-a', 'erase-b', 'other'], connection: [] },
    { words: ['status', 'erase'], choices: ['erase-a', 'erase-b'], connection: [] },
    { words: ['status', '-n', 'shop', 'o'], choices: ['other'], connection: ['-n', 'shop'] },
    { words: ['-n', 'shop', 'status', 'o'], choices: ['other'], connection: ['-n', 'shop'] },
    { words: ['approve', '--yes', '--context=prod', 'o'], choices: ['other'], connection: ['--context=prod'] },
    { words: ['status', 'other', ''], choices: [] },
  ]) {
    const connections: (readonly string[])[] = [];
    const text = await complete(words, (given) => ({
      ask: async () => {
        connections.push(given);
        return { code: 0, stdout: `${KIND}/erase-a\n${KIND}/erase-b\n${KIND}/other\n`, stderr: '' };
      },
      show: async () => 0,
    }));
    t.strictSame(text.split('\n'), [...choices, ':4', ''], words.join(' '));
    t.strictSame(connections, connection ? [connection] : [], words.join(' '));
  }
});

t.test('where kubectl fails there is nothing to choose', async (t) => {
  const ask = async () => ({ code: 1, stdout: 'x/y', stderr: 'Unauthorized' });
  t.equal(await complete(['status', ''], () => ({ ask, show: async () => 0 })), ':4\n');
});
