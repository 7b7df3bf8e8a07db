import type { AllowList } from './allow-list.js';

/** What the operator decides with. Read and validated by `cli/settings.ts`, handed to sync as a value. */
export interface Settings {
  /** Image of the worker, one image for both commands. */
  workerImage: string;
  allowedEndpoints: AllowList;
  allowedTables: AllowList;
  allowedRegions: AllowList;
  allowedServiceAccounts: AllowList;
  allowedSecrets: AllowList;
  /** Patterns for the keys of spec.labels and spec.annotations. */
  allowedMetadata: AllowList;
  allowedPriorityClasses: AllowList;
  /** Endpoints besides AWS's own that may see real credentials and Secrets. */
  trustedEndpoints: AllowList;
  /** Seconds between two reports of a worker. */
  reportSeconds: number;
  workerCpuRequest: string;
  workerMemoryRequest: string;
  workerMemoryLimit: string;
}
