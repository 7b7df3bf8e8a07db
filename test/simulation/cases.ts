import type { Claim } from './claims.js';
import type { Command, HistoryPlan } from './commands.js';

/** Histories that once broke a claim, as printed by the failing run. */
export const CASES: readonly { claim: Claim; detail: string; plan: HistoryPlan }[] = [
  {
    claim: 'converges',
    detail: 'a count whose worker stopped at the approval was awaited for ever',
    plan: {
      seed: 0,
      mode: 'DryRun',
      permission: true,
      items: 0,
      pace: 1,
      ttl: undefined,
      deadline: undefined,
      backoffLimit: 3,
      suspended: false,
      commands: [{ after: 0.1, action: { do: 'approve' } }],
    },
  },
  {
    claim: 'deleted-goes',
    detail: 'deleted in the background, then in the foreground',
    plan: {
      seed: 0,
      mode: 'DryRun',
      permission: true,
      items: 0,
      pace: 1,
      ttl: undefined,
      deadline: undefined,
      backoffLimit: 3,
      suspended: false,
      commands: [
        { after: 1, action: { do: 'loseNode', seconds: 10, then: 'returns' } },
        { after: 0, action: { do: 'deleteParent', propagation: 'Background' } },
        { after: 0, action: { do: 'deleteParent', propagation: 'Foreground' } },
        { after: 0, action: { do: 'forgeReport', what: 'deleted' } },
      ],
    },
  },
  {
    claim: 'finished-is-final',
    detail: 'a forged end was recorded from a stale look, and the truth over it',
    plan: {
      seed: 10716,
      mode: 'absent',
      permission: true,
      items: 5,
      pace: 1,
      ttl: undefined,
      deadline: undefined,
      backoffLimit: 3,
      suspended: false,
      commands: [
        { after: 0, action: { do: 'outage', kind: 'refused', seconds: 6 } },
        { after: 1, action: { do: 'approve' } },
        { after: 0, action: { do: 'staleParents', seconds: 5 } },
        { after: 1, action: { do: 'forgeReport', what: 'deleted' } },
        { after: 0.1, action: { do: 'upgrade' } },
        { after: 1.3, action: { do: 'policy', allowed: true } },
      ],
    },
  },
  {
    claim: 'fixed-point',
    detail: 'a TTL by a clock that was set back',
    plan: {
      seed: 0,
      mode: 'absent',
      permission: true,
      items: 0,
      pace: 1,
      ttl: 600,
      deadline: undefined,
      backoffLimit: 3,
      suspended: false,
      commands: [
        { after: 0, action: { do: 'clock', seconds: -600 } },
        { after: 0, action: { do: 'outage', kind: 'refused', seconds: 1 } },
      ],
    },
  },
  {
    claim: 'finished-is-final',
    detail: 'Restarting was recorded after PartitionDeleted: the first list after a restart was older than the end',
    plan: {
      seed: 12110,
      mode: 'absent',
      permission: false,
      items: 3,
      pace: 1,
      ttl: 0,
      deadline: undefined,
      backoffLimit: 1,
      suspended: false,
      commands: [
        { after: 6, action: { do: 'repeat' } },
        ...[1, 2, 3, 4, 5, 6, 7, 8].map((): Command => ({
          after: 1.3,
          action: { do: 'restartMetacontroller', listAge: 5 },
        })),
        { after: 0, action: { do: 'write', items: 4 } },
      ],
    },
  },
];
