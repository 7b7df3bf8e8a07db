import t from 'tap';
import { parseAllowList } from '../../../src/api/allow-list.js';
import { hasHoldTag, HOLD_TAG_PATTERN, isHeld, parseHoldTag } from '../../../src/api/holds.js';

const ARN = 'arn:aws:dynamodb:eu-central-1:123456789012:table/Orders';

for (const [list, table, held, because] of [
  ['', 'Orders', false, 'nothing is held'],
  ['Orders', 'Orders', true, 'by name'],
  ['Orders', 'Orders2', false, 'the whole name'],
  ['Orders', 'orders', false, 'names have a case'],
  ['Carts,Orders', 'Orders', true, 'any of the list'],
  ['Orders', ARN, true, 'the name in an ARN'],
  [ARN, ARN, true, 'the whole ARN'],
  ['arn:aws:dynamodb:*:123456789012:table/*', ARN, true, 'all tables of an account, where they are named so'],
  [ARN, 'Orders', true, 'a name does not say its account: it may be this table'],
  ['*:table/Orders', 'Orders', true, 'the end of an ARN'],
  ['*/Orders', 'Orders', true, 'also from the slash on'],
  [ARN, 'Orders2', false, 'the whole name in an ARN'],
  ['*:table/prod-*', 'prod-a.b', true, 'a pattern in an ARN'],
  ['*:table/prod-*', 'test-prod-a', false, 'from the beginning of the name'],
  ['arn:aws:dynamodb:*:123456789012:table/*', 'Orders', true, 'every name may be in that account'],
  ['arn:aws:dynamodb:*:123456789012:*', 'Orders', true, 'also where the pattern says so without a slash'],
  ['arn:aws:dynamodb:*Orders', 'Orders', true, 'or names the table after the rest'],
  ['arn:aws:dynamodb:*Orders', 'Carts', false, 'and not another one'],
  ['arn*Orders', 'Orders', true, 'also where only arn shows that an ARN is meant'],
  ['arn*Orders', ARN, true, 'which it holds as well'],
  ['arn*Orders', 'Carts', false, 'and no other one'],
  ['arn*', 'Orders', true, 'all ARNs, so every name'],
  ['arnica-*', 'a-Orders', false, 'a name may begin with arn'],
  [
    '*dynamodb*Orders',
    'Orders',
    false,
    'nothing shows that an ARN is meant: without : and / it is a pattern for names',
  ],
  [ARN, ARN.replace('12:', '13:'), false, 'an ARN says its account'],
  ['arn:aws:dynamodb:*:123456789012:table/*', ARN.replace('12:', '13:'), false, 'and is not in another one'],
  ['prod-*', 'prod-a', true, 'a pattern'],
  ['prod-*', 'prod-a.b', true, 'whose * does not stop at a dot'],
  ['prod-*', 'test-prod-a', false, 'from the beginning'],
  ['*-prod', 'a-prod', true, 'to the end'],
  ['a.b', 'aXb', false, 'a dot is a dot'],
  ['*', 'Orders', true, 'everything is held'],
  ['*', ARN, true, 'whatever it is called'],
] as const)
  t.equal(isHeld(parseAllowList(list), table), held, `${list} ${table}: ${because}`);

t.test('many stars cost no time', async (t) => {
  t.notOk(isHeld(['*'.repeat(1000) + 'x'], 'a'.repeat(255)));
});

t.test('a tag', async (t) => {
  for (const [text, valid, tag] of [
    ['dynamoctl/hold=true', true, { key: 'dynamoctl/hold', value: 'true' }],
    ['legal-hold', true, { key: 'legal-hold', value: undefined }],
    ['legal hold=', true, { key: 'legal hold', value: '' }],
    ['a=b=c', true, { key: 'a', value: 'b=c' }],
    ['Bücher=ja', true, { key: 'Bücher', value: 'ja' }],
    ['=true', false, undefined],
    ['a,b', false, undefined],
    ['a=b\n', false, undefined],
    ['x'.repeat(129), false, undefined],
  ] as const) {
    t.equal(HOLD_TAG_PATTERN.test(text), valid, text);
    if (tag) t.same(parseHoldTag(text), tag, text);
  }
});

t.test('the tags of a table', async (t) => {
  for (const [hold, tags, held, because] of [
    ['hold=true', [], false, 'no tags'],
    ['hold=true', [{ Key: 'hold', Value: 'true' }], true, 'as it is written'],
    ['hold=true', [{ Key: 'Hold', Value: 'True' }], true, 'in other capitals'],
    ['hold=true', [{ Key: 'hold', Value: 'false' }], false, 'another value'],
    [
      'hold=true',
      [
        { Key: 'team', Value: 'a' },
        { Key: 'hold', Value: 'true' },
      ],
      true,
      'any of them',
    ],
    ['hold=true', [{ Key: 'true', Value: 'hold' }], false, 'the other way around'],
    ['hold', [{ Key: 'hold', Value: 'no' }], true, 'any value'],
    ['hold', [{ Key: 'hold' }], true, 'or none'],
    ['hold=', [{ Key: 'hold', Value: '' }], true, 'an empty value'],
    ['hold=', [{ Key: 'hold', Value: 'x' }], false, 'and no other'],
    ['hold', [{}], false, 'a tag without a key'],
  ] as const)
    t.equal(hasHoldTag(tags, parseHoldTag(hold)), held, `${hold}: ${because}`);
});
