import type { Seen } from '../../src/cli/kubectl/resource.js';
import type { Spec } from '../../src/api/spec.js';
import { stateConditions, type State } from '../../src/api/states.js';

/** A DdbctlDpJob as kubectl prints it: after a complete count, unless other parts are given. */
export function seen({
  spec = {},
  metadata = {},
  state = 'DryRunComplete',
  status = {},
}: {
  spec?: Partial<Spec>;
  metadata?: Partial<Seen['metadata']>;
  state?: State;
  status?: Partial<NonNullable<Seen['status']>>;
} = {}): Seen {
  const time = '2026-11-30T02:00:00Z';
  return {
    metadata: {
      name: 'erase-tenant',
      namespace: 'shop',
      uid: '7f3a',
      resourceVersion: '4711',
      generation: 2,
      ...metadata,
    },
    spec: {
      mode: 'DryRun',
      ddbCtlDpJob: { tableName: 'Orders', partitionValue: 'SECRETTENANT', awsRegion: 'us-east-1' },
      ...spec,
    },
    status: {
      observedGeneration: 2,
      mode: 'DryRun',
      conditions: Object.entries(stateConditions(state)).map(([type, holds]) => ({
        type,
        status: holds,
        reason: state,
        message: 'the message',
        lastTransitionTime: time,
      })),
      dryRun: { itemsFound: 2500, estimatedWriteUnits: { min: 2500, max: 5000 }, completionTime: time },
      ...status,
    },
  };
}

/** One that the operator has not answered. */
export function unanswered(): Seen {
  const { status: _, ...rest } = seen();
  return { ...rest, status: { observedGeneration: -1 } };
}
