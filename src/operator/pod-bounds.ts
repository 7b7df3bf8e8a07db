import { type AllowList, allows } from '../api/allow-list.js';
import { quantityOf } from '../api/patterns.js';
import type { Settings } from '../api/settings.js';
import type { Spec } from '../api/spec.js';

/** What a spec asks for its pod beyond the settings: how much of a node, and which nodes. A sentence each. */
export function podBoundViolations(spec: Spec, settings: Settings): string[] {
  return [
    ...resourceViolations(spec, settings),
    ...tolerationViolations(spec, settings),
    ...nodeSelectorViolations(spec, settings),
  ];
}

/** The rule about resources allows no other names. */
const MAXIMA = {
  cpu: { setting: 'MAX_WORKER_CPU', of: (settings: Settings) => settings.maxWorkerCpu },
  memory: { setting: 'MAX_WORKER_MEMORY', of: (settings: Settings) => settings.maxWorkerMemory },
  'ephemeral-storage': {
    setting: 'MAX_WORKER_EPHEMERAL_STORAGE',
    of: (settings: Settings) => settings.maxWorkerEphemeralStorage,
  },
} as const;

function resourceViolations({ resources }: Spec, settings: Settings): string[] {
  if (!resources) return [];
  return (['requests', 'limits'] as const).flatMap((kind) =>
    Object.entries(MAXIMA).flatMap(([name, { setting, of }]) => {
      const asked = resources[kind]?.[name];
      const most = of(settings);
      if (asked === undefined || quantityOf(asked) <= quantityOf(most)) return [];
      return [`spec.resources.${kind}.${name} ${asked} is above the operator's ${setting}: at most ${most}`];
    }),
  );
}

/** A taint keeps pods off a node for a reason. Without a key a toleration disregards them all. */
function tolerationViolations({ tolerations = [] }: Spec, { allowedTolerations: list }: Settings): string[] {
  return tolerations.flatMap(({ key }, index) => {
    const named = key === '' ? undefined : key;
    if (allows(list, named)) return [];
    const what = named === undefined ? 'without a key tolerates every taint, and' : `"${named}"`;
    return [`spec.tolerations[${index}] ${what} is not in the operator's ALLOWED_TOLERATIONS: ${allowedOf(list)}`];
  });
}

function nodeSelectorViolations({ nodeSelector = {} }: Spec, { allowedNodeSelectorKeys: list }: Settings): string[] {
  return Object.keys(nodeSelector)
    .filter((key) => !allows(list, key))
    .map(
      (key) =>
        `the key in spec.nodeSelector "${key}" is not in the operator's ALLOWED_NODE_SELECTOR_KEYS: ${allowedOf(list)}`,
    );
}

const allowedOf = (list: AllowList): string => (list.length === 0 ? 'it allows none' : `allowed: ${list.join(', ')}`);
