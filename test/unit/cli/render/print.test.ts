import t from 'tap';
import { parseAllDocuments } from 'yaml';
import { API_VERSION, KIND } from '../../../../src/api/names.js';
import { printAnswers } from '../../../../src/cli/render/print.js';
import { firstRequest, PLACEHOLDER_UID, withRights } from '../../../../src/cli/render/request.js';
import { sync } from '../../../../src/operator/sync.js';
import { defaultSettings } from '../../../support/settings.js';

const answered = (name: string, suspend = false) => {
  const spec = { ddbCtlDpJob: { tableName: 'Orders', partitionValue: 'x', awsRegion: 'us-east-1' }, suspend };
  const request = firstRequest({ metadata: { name }, spec }, { namespace: 'shop', uid: PLACEHOLDER_UID });
  const { children } = sync(request, defaultSettings, new Date(0));
  return { parent: request.parent, answer: sync(withRights(request, children), defaultSettings, new Date(0)) };
};
const ANSWERS = [answered('a'), answered('b', true)];
const KINDS = [KIND, 'Job', 'ServiceAccount', 'Role', 'RoleBinding', KIND];

t.test('YAML: each resource with its status, and its children after it', async (t) => {
  const text = printAnswers(ANSWERS, 'yaml', false);
  const objects = parseAllDocuments(text).map((each) => each.toJS() as { kind: string; metadata: object });
  t.same(
    objects.map(({ kind }) => kind),
    KINDS,
  );
  t.match(objects[0], { apiVersion: API_VERSION, metadata: { name: 'a', namespace: 'shop' }, status: {} });
  t.notOk('uid' in objects[0]!.metadata, 'a uid that nobody gave is not printed');
  t.notMatch(text, /[&*][a-z]+\d+/, 'no anchors: kubectl reads them, people do not');
});

t.test('JSON: a List', async (t) => {
  const list = JSON.parse(printAnswers(ANSWERS, 'json', true)) as { kind: string; items: { kind: string }[] };
  t.equal(list.kind, 'List');
  t.same(
    list.items.map(({ kind }) => kind),
    KINDS,
  );
});

t.test('the first line warns of what differs in a cluster', async (t) => {
  for (const [reason, placeholder, first] of [
    ['a placeholder', true, /^# For reading, not for applying\. The uid is a placeholder \(set it with --uid\)/],
    ['a uid', false, /^# For reading, not for applying\.\n/],
  ] as const)
    t.match(printAnswers(ANSWERS, 'yaml', placeholder), first, reason);
});
