import t from 'tap';
import type { Spec } from '../../../src/api/spec.js';
import { podBoundViolations } from '../../../src/operator/pod-bounds.js';
import { settingsWith } from '../../support/settings.js';

const settings = settingsWith({
  maxWorkerCpu: '2',
  maxWorkerMemory: '2Gi',
  maxWorkerEphemeralStorage: '1Gi',
  allowedTolerations: ['dedicated'],
  allowedNodeSelectorKeys: [],
});

const TOO_MUCH_CPU = "spec.resources.limits.cpu 2001m is above the operator's MAX_WORKER_CPU: at most 2";
const rows: { why: string; spec: Partial<Spec>; violations: string[] }[] = [
  { why: 'nothing is asked', spec: {}, violations: [] },
  { why: 'exactly the bound', spec: { resources: { limits: { cpu: '2000m', memory: '2048Mi' } } }, violations: [] },
  { why: 'a little more', spec: { resources: { limits: { cpu: '2001m' } } }, violations: [TOO_MUCH_CPU] },
  {
    why: 'each quantity by itself, requests first',
    spec: { resources: { limits: { cpu: '2001m' }, requests: { memory: '3Gi' } } },
    violations: [
      "spec.resources.requests.memory 3Gi is above the operator's MAX_WORKER_MEMORY: at most 2Gi",
      TOO_MUCH_CPU,
    ],
  },
  {
    why: 'an allowed key, and others by their index',
    spec: { tolerations: [{ key: 'dedicated', operator: 'Exists' }, { key: 'gpu' }, { operator: 'Exists' }] },
    violations: [
      'spec.tolerations[1] "gpu" is not in the operator\'s ALLOWED_TOLERATIONS: allowed: dedicated',
      "spec.tolerations[2] without a key tolerates every taint, and is not in the operator's ALLOWED_TOLERATIONS: allowed: dedicated",
    ],
  },
  {
    why: 'an empty key is none',
    spec: { tolerations: [{ key: '', operator: 'Exists' }] },
    violations: [
      "spec.tolerations[0] without a key tolerates every taint, and is not in the operator's ALLOWED_TOLERATIONS: allowed: dedicated",
    ],
  },
  {
    why: 'an empty list allows no node selector',
    spec: { nodeSelector: { disk: 'ssd' } },
    violations: [
      'the key in spec.nodeSelector "disk" is not in the operator\'s ALLOWED_NODE_SELECTOR_KEYS: it allows none',
    ],
  },
];

for (const { why, spec, violations } of rows)
  t.test(why, async (t) => {
    const whole: Spec = { ddbCtlDpJob: { tableName: 'Orders', partitionValue: 'x' }, ...spec };
    t.same(podBoundViolations(whole, settings), violations);
  });
