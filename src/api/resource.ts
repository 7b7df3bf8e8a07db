import { type Static, Type } from '@sinclair/typebox';
import { Spec } from './spec.js';
import { Status } from './status.js';

/**
 * The status of a resource that the operator has not seen. kstatus (Flux, Helm 4) treats a resource without conditions as done; a
 * generation that was never observed makes it wait.
 */
const NOT_OBSERVED: Status = { observedGeneration: -1 };

/** The custom resource as a user writes it; `metadata` contains only what a CRD's schema may restrict. */
export const DdbctlDpJob = Type.Object(
  {
    apiVersion: Type.Optional(Type.String({ description: 'Version of the schema of this object.' })),
    kind: Type.Optional(Type.String({ description: 'Kind of this object.' })),
    metadata: Type.Optional(Type.Object({})),
    spec: Spec,
    status: Type.Optional({ ...Status, default: NOT_OBSERVED }),
  },
  { description: 'A request to delete a partition of a DynamoDB table, and the record of the result.' },
);
export type DdbctlDpJob = Static<typeof DdbctlDpJob>;

/** Columns of `kubectl get ddp`; those with priority 1 appear only with `-o wide`. Never the partition value. */
export const PRINTER_COLUMNS = [
  { name: 'Table', type: 'string', jsonPath: '.spec.ddbCtlDpJob.tableName', description: 'Table of the partition.' },
  { name: 'Mode', type: 'string', jsonPath: '.status.mode', description: 'Execute or DryRun.' },
  {
    name: 'Status',
    type: 'string',
    jsonPath: '.status.conditions[?(@.type=="Succeeded")].reason',
    description: 'State of the run.',
  },
  { name: 'Deleted', type: 'integer', jsonPath: '.status.progress.itemsDeleted', description: 'Items deleted so far.' },
  {
    name: 'Found',
    type: 'integer',
    jsonPath: '.status.progress.itemsFound',
    description: 'Items found so far.',
    priority: 1,
  },
  { name: 'Job', type: 'string', jsonPath: '.status.job.name', description: 'Job of the run.', priority: 1 },
  { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp', description: 'Age of this resource.' },
] as const;
