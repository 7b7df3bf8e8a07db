import t from 'tap';
import { readClaims } from '../../../src/receipt/claims.js';
import { CLAIMS } from '../../support/receipts.js';

const { arn: _arn, ...table } = CLAIMS.table;
const { atLeast: _atLeast, createdBy: _createdBy, approvedBy: _approvedBy, ...least } = CLAIMS;
const digest = 'a'.repeat(64);

t.test('what is read as it was written', async (t) => {
  for (const [why, claims] of [
    ['all claims', CLAIMS],
    ['those that are always there', { ...least, table, worker: { version: '0.1.0' } }],
    ['the whole partition', { ...CLAIMS, sortKeys: { range: 'all' } }],
    ['a range with nothing in it', { ...CLAIMS, sortKeys: { range: 'nothing' } }],
    ['a prefix', { ...CLAIMS, sortKeys: { range: 'beginsWith', digest } }],
    ['nothing was there to delete', { ...CLAIMS, itemsDeleted: 0 }],
  ] as const)
    t.strictSame(readClaims(JSON.stringify(claims)), { claims }, why);
});

t.test('what is refused, and why', async (t) => {
  const { partitionKey: _partitionKey, ...keyless } = CLAIMS;
  for (const [why, payload, wrong] of [
    ['no JSON', '{', /not JSON/],
    ['not an object', 'null', /of version \(none\)/],
    ['no version', '{}', /of version \(none\)/],
    ['a later version', { ...CLAIMS, version: 2 }, /of version 2, and this dynamoctl knows version 1 only/],
    ['a version in words', { ...CLAIMS, version: '1' }, /of version "1"/],
    ['a claim that is not known', { ...CLAIMS, exceptFor: 3 }, /\/exceptFor: /],
    ['one within another', { ...CLAIMS, table: { ...CLAIMS.table, replica: 'x' } }, /\/table\/replica: /],
    ['a claim that is missing', keyless, /\/partitionKey: /],
    ['an outcome that proves nothing', { ...CLAIMS, outcome: 'DryRunComplete' }, /\/outcome: /],
    ['a target that was not verified', { ...CLAIMS, verifiedEmpty: false }, /\/verifiedEmpty: /],
    ['a key instead of its digest', { ...CLAIMS, partitionKey: { digest: 'tenant-1' } }, /\/partitionKey\/digest: /],
    ['a range that is not known', { ...CLAIMS, sortKeys: { range: 'some' } }, /\/sortKeys: /],
    ['half a range', { ...CLAIMS, sortKeys: { range: 'between', fromDigest: digest } }, /\/sortKeys: /],
    ['a count that is none', { ...CLAIMS, itemsDeleted: -1 }, /\/itemsDeleted: /],
    ['a time that is none', { ...CLAIMS, verifiedAt: 'yesterday' }, /\/verifiedAt: /],
  ] as const) {
    const read = readClaims(typeof payload === 'string' ? payload : JSON.stringify(payload));
    t.match(read, { wrong }, why);
    t.notMatch(JSON.stringify(read), 'tenant-1', 'no value is quoted');
  }
});
