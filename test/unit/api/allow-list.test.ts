import t from 'tap';
import { allows, parseAllowList } from '../../../src/api/allow-list.js';

const LISTS: readonly { text: string; list: string[]; because: string }[] = [
  { text: '', list: [], because: 'empty means none' },
  { text: ' , ,', list: [], because: 'commas alone contain no pattern' },
  { text: '*', list: ['*'], because: 'all' },
  { text: 'a,b', list: ['a', 'b'], because: 'two' },
  { text: ' a ,\n b\n', list: ['a', 'b'], because: 'white space around a pattern is ignored' },
];
for (const { text, list, because } of LISTS) t.same(parseAllowList(text), list, `${JSON.stringify(text)}: ${because}`);

const CASES: readonly { list: string; value: string | undefined; allowed: boolean; because: string }[] = [
  { list: '', value: 'a', allowed: false, because: 'an empty list matches nothing' },
  { list: '', value: '', allowed: false, because: 'not even an empty value' },
  { list: '', value: undefined, allowed: false, because: 'nor absence' },
  { list: '*', value: 'a.b/c:d', allowed: true, because: 'a lone * matches everything' },
  { list: '*', value: '', allowed: true, because: 'an empty value too' },
  { list: '*', value: undefined, allowed: true, because: 'and absence' },
  { list: 'a,*', value: undefined, allowed: true, because: 'a lone * among others is one' },
  { list: 'a', value: undefined, allowed: false, because: 'absence is not a value' },
  { list: '**', value: undefined, allowed: false, because: 'two of them are not a lone *' },
  { list: '**', value: 'a.b', allowed: false, because: 'each of them stands for anything but . / and :' },
  { list: 'a', value: 'a', allowed: true, because: 'the same' },
  { list: 'a', value: 'A', allowed: false, because: 'names have a case' },
  { list: 'a', value: 'ab', allowed: false, because: 'the whole value, not its beginning' },
  { list: 'a', value: 'ba', allowed: false, because: 'nor its end' },
  { list: 'a', value: 'a\nb', allowed: false, because: 'nor its first line' },
  { list: 'a,b', value: 'b', allowed: true, because: 'one of several' },
  { list: 'ddbctl-*', value: 'ddbctl-key', allowed: true, because: '* stands for a run of characters' },
  { list: 'ddbctl-*', value: 'ddbctl-', allowed: true, because: 'an empty one too' },
  { list: 'ddbctl-*', value: 'ddbctl-a.b', allowed: false, because: 'not across a dot' },
  { list: 'kueue.x-k8s.io/*', value: 'kueue.x-k8s.io/queue-name', allowed: true, because: 'a key of a group' },
  { list: 'kueue.x-k8s.io/*', value: 'kueuexx-k8s.io/queue-name', allowed: false, because: 'a dot is a dot' },
  { list: '*.io/*', value: 'evil.kueue.x-k8s.io/a', allowed: false, because: '* is no more than one label' },
  { list: 'http://*.local:8000', value: 'http://a.local:8000', allowed: true, because: 'one label of a host' },
  { list: 'http://*.local:8000', value: 'http://evil.com/.local:8000', allowed: false, because: 'not across a slash' },
  { list: 'http://*.local:8000', value: 'http://evil:80@a.local:8000', allowed: false, because: 'not across a colon' },
  { list: 'http://dynamodb:*', value: 'http://dynamodb:8000', allowed: true, because: 'any port' },
  { list: 'http://dynamodb:*', value: 'http://dynamodb:80/path', allowed: false, because: 'and no path' },
  { list: 'a+(b)[c]{1}|^$\\', value: 'a+(b)[c]{1}|^$\\', allowed: true, because: 'other signs stand for themselves' },
  { list: 'a|b', value: 'a', allowed: false, because: 'no alternatives' },
  {
    list: 'arn:aws:dynamodb:*:1:table/*',
    value: 'arn:aws:dynamodb:eu-west-1:1:table/A',
    allowed: true,
    because: 'an ARN',
  },
];
for (const { list, value, allowed, because } of CASES)
  t.equal(allows(parseAllowList(list), value), allowed, `"${list}" and ${JSON.stringify(value)}: ${because}`);

t.test('what was asked of a list before changes no answer', async (t) => {
  for (const pattern of ['a-*', 'b-*']) {
    const list = parseAllowList(pattern);
    for (const value of ['a-1', 'b-1', 'a-1', 'a-1.2'])
      t.equal(allows(list, value), pattern[0] === value[0] && !value.includes('.'), `${pattern} and ${value}`);
  }
});
