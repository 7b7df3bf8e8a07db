import t from 'tap';
import { sync } from '../../../../src/operator/sync.js';
import { defaultSettings } from '../../../support/settings.js';
import { CompositeRequest } from '../../../../src/api/hooks.js';
import { firstRequest, PLACEHOLDER_UID, withRights } from '../../../../src/cli/render/request.js';
import { checker, createValidator } from '../../../../src/webhook/validation.js';

const defaults = { namespace: 'default', uid: PLACEHOLDER_UID };
const spec = { ddbCtlDpJob: { tableName: 'Orders', partitionValue: 'x', awsRegion: 'us-east-1' } };

t.test('a request as Metacontroller sends it for a new resource', async (t) => {
  const request = firstRequest({ metadata: { name: 'a' }, spec }, defaults);
  checker(createValidator(), CompositeRequest, 'the request')(request);
  t.match(request, { children: { 'Job.batch/v1': {} }, related: {}, finalizing: false });
  t.notOk('status' in request.parent);
});

t.test('the metadata', async (t) => {
  for (const [reason, metadata, expected] of [
    ['the defaults', { name: 'a' }, { name: 'a', namespace: 'default', uid: PLACEHOLDER_UID, generation: 1 }],
    ['a namespace of its own', { name: 'a', namespace: 'shop' }, { namespace: 'shop' }],
    ['annotations, which may make it a copy', { name: 'a', annotations: { x: 'y' } }, { annotations: { x: 'y' } }],
  ] as const)
    t.match(firstRequest({ metadata, spec }, defaults).parent.metadata, expected, reason);
  const { metadata } = firstRequest({ metadata: { name: 'a' }, spec }, defaults).parent;
  t.notOk('annotations' in metadata, 'none where there are none');
});

t.test('the one after, when the rights of the worker exist', async (t) => {
  const first = firstRequest({ metadata: { name: 'a' }, spec }, defaults);
  const answer = (request: CompositeRequest) => sync(request, defaultSettings, new Date(0)).children;
  const next = withRights(first, answer(first));
  checker(createValidator(), CompositeRequest, 'the request')(next);
  t.same(
    [first, next].map((request) => answer(request).map(({ kind }) => kind)),
    [
      ['ServiceAccount', 'Role', 'RoleBinding'],
      ['Job', 'ServiceAccount', 'Role', 'RoleBinding'],
    ],
  );
});
