import t from 'tap';
import { API_VERSION, KIND, REPORT_ANNOTATION } from '../../../src/api/names.js';
import { belongsElsewhere, findReceipt } from '../../../src/receipt/find.js';
import { CLAIMS } from '../../support/receipts.js';

const jws = 'aaa.bbb.ccc';
const metadata = { ...CLAIMS.resource };
const resource = (fields: object): string =>
  JSON.stringify({ apiVersion: API_VERSION, kind: KIND, metadata, ...fields });
const annotated = { ...metadata, annotations: { [REPORT_ANNOTATION]: JSON.stringify({ receipt: jws }) } };

t.test('where a receipt is found', async (t) => {
  for (const [why, text, found] of [
    ['alone', jws, { jws }],
    ['alone, in a file that ends as files do', `${jws}\n`, { jws }],
    ['in a resource', resource({ status: { receipt: jws } }), { jws, resource: metadata }],
    ['in a line of a log', JSON.stringify({ level: 'info', outcome: 'PartitionDeleted', receipt: jws }), { jws }],
    ['of whatever form it is: that is judged later', 'hello', { jws: 'hello' }],
  ] as const)
    t.strictSame(findReceipt(text), found, why);
});

t.test('where there is none', async (t) => {
  for (const [why, text, wrong] of [
    ['nothing', ' \n', /is empty/],
    ['half a resource', '{"kind":', /neither a receipt nor JSON/],
    ['a list', '{"kind":"List","items":[]}', /is a list: give one resource/],
    ['another kind', '{"kind":"Job","receipt":"aaa.bbb.ccc"}', /neither a DdbctlDpJob nor a line/],
    ['another line of the log', '{"level":"info"}', /neither a DdbctlDpJob nor a line/],
    ['no status', resource({}), /without a receipt in its status$/],
    ['an end without one', resource({ status: { verifiedEmpty: true } }), /without a receipt in its status$/],
    ['no text', resource({ status: { receipt: 1 } }), /without a receipt in its status$/],
    ['a report that is not recorded', resource({ metadata: annotated }), /its run has not ended with one/],
  ] as const)
    t.match(findReceipt(text), { wrong }, why);
});

t.test('a receipt of another resource', async (t) => {
  t.equal(belongsElsewhere(CLAIMS, metadata), undefined, 'its own');
  t.equal(belongsElsewhere(CLAIMS, undefined), undefined, 'found alone');
  for (const [field, value] of [
    ['uid', 'another'],
    ['name', 'another'],
    ['namespace', 'another'],
    ['uid', undefined],
  ] as const) {
    const why = belongsElsewhere(CLAIMS, { ...metadata, [field]: value });
    t.match(why, `the receipt is of shop/delete-orders (uid ${CLAIMS.resource.uid}): the ${field} of this one differs`);
  }
});
