import t from 'tap';
import type { CompositeRequest, ObservedRight } from '../../../../src/api/hooks.js';
import { ROLES } from '../../../../src/api/names.js';
import type { Settings } from '../../../../src/api/settings.js';
import { observe } from '../../../../src/operator/observe/situation.js';
import { NOW, ownBearer, request, withRights } from '../../../support/builders.js';
import { defaultSettings, settingsWith } from '../../../support/settings.js';

const own = ownBearer();
const named = { name: own.name, account: 'ddbctl-worker' };
const spec = { serviceAccountName: 'ddbctl-worker' };
const none = settingsWith({ workerRights: 'none' });
const isRole = (right: ObservedRight): boolean => right.kind === 'Role';

function withoutRoles(): CompositeRequest {
  const asked = withRights(request());
  delete asked.children[ROLES];
  return asked;
}

const rows: readonly [
  why: string,
  asked: CompositeRequest,
  settings: Settings,
  rights: { by: string; bearer?: object | undefined; areThere: boolean },
][] = [
  ['a CompositeController of an earlier version', request(), defaultSettings, { by: 'not listed', areThere: true }],
  ['one that lists only some of the kinds', withoutRoles(), defaultSettings, { by: 'not listed', areThere: true }],
  ['switched off', withRights(request()), none, { by: 'nobody', areThere: true }],
  ['none are there yet', withRights(request()), defaultSettings, { by: 'operator', bearer: own, areThere: false }],
  ['all are there', withRights(request(), own), defaultSettings, { by: 'operator', bearer: own, areThere: true }],
  [
    'an account that the resource names',
    withRights(request({ spec }), named),
    defaultSettings,
    { by: 'operator', bearer: named, areThere: true },
  ],
  [
    'bound to an account that it no longer names',
    withRights(request({ spec }), own),
    defaultSettings,
    { by: 'operator', bearer: named, areThere: false },
  ],
  [
    'a Role that somebody changed',
    withRights(request(), own, (right) => isRole(right) && (right.rules = [])),
    defaultSettings,
    { by: 'operator', bearer: own, areThere: false },
  ],
  [
    'a Role on its way out',
    withRights(request(), own, (right) => isRole(right) && (right.metadata.deletionTimestamp = '2026-11-23T02:10:01Z')),
    defaultSettings,
    { by: 'operator', bearer: own, areThere: false },
  ],
  [
    'a spec that is refused',
    withRights(request({ spec: { backoffLimit: -1 } })),
    defaultSettings,
    { by: 'operator', bearer: own, areThere: false },
  ],
];

for (const [why, asked, settings, expected] of rows)
  t.test(why, async (t) => {
    const { by, bearer, areThere } = observe(asked, settings, NOW).rights;
    t.same({ by, bearer, areThere }, { bearer: undefined, ...expected });
  });
