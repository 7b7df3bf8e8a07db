import type { CompositeRequest, CompositeResponse, ObservedJob } from '../src/api/hooks.js';
import type { Settings } from '../src/api/settings.js';
import type { Spec } from '../src/api/spec.js';
import { readSettings } from '../src/cli/operator/read-settings.js';
import { publishedImage } from '../src/cli/process/version.js';
import { finalize } from '../src/operator/finalize.js';
import { bearerOf } from '../src/operator/desired/worker-rights.js';
import { jobName, runOf } from '../src/operator/run-name.js';
import { sync } from '../src/operator/sync.js';
import { jobIsFinished } from '../src/operator/observe/job-status.js';
import { withRights } from '../test/support/builders.js';
import { jobsOf, recording, withOurJob } from '../test/support/recordings.js';
import { HOOK_CASES, type HookCase } from './cases.js';

/** An operator without settings of its own, so that `dynamoctl operator` answers the same (but for the times). */
export const HOOK_SETTINGS: Settings = readSettings({}, {}, publishedImage()).decisions;

export interface RenderedCase {
  /** Path of the folder below hooks/. */
  folder: string;
  request: CompositeRequest;
  response: CompositeResponse;
  now: string;
}

/** Every case, in the order of the table. */
export function renderCases(): RenderedCase[] {
  const rendered = new Map<string, RenderedCase>();
  for (const hookCase of HOOK_CASES) {
    const { hook, name, now, follows } = hookCase;
    const before = follows === undefined ? undefined : rendered.get(`${hook}/${follows}`);
    if (follows !== undefined && !before) throw new Error(`${name} follows ${follows}, which is not there before it`);
    const request = requestOf(hookCase, before?.response.status);
    const decide = hook === 'sync' ? sync : finalize;
    const response = decide(request, HOOK_SETTINGS, new Date(now));
    rendered.set(`${hook}/${name}`, { folder: `${hook}/${name}`, request, response, now });
  }
  return [...rendered.values()];
}

function requestOf(
  { recording: number, hasRights, change }: HookCase,
  status: CompositeResponse['status'] | undefined,
): CompositeRequest {
  const request = withOurJob(recording(number).request);
  const { parent } = request;
  // The toy's status had fields of its own.
  if (status) parent.status = structuredClone(status);
  else delete (parent as { status?: unknown }).status;
  for (const object of [request.controller, parent, ...jobsOf(request)] as { metadata?: Record<string, unknown> }[])
    delete object.metadata?.managedFields;
  const annotations = (parent.metadata.annotations ??= {});
  const job = jobsOf(request)[0] ?? ({ metadata: { uid: 'none', name: 'none' } } as ObservedJob);
  change?.({ request, spec: parent.spec as Spec & Record<string, unknown>, annotations, job });
  const alive = jobsOf(request).find((each) => !jobIsFinished(each));
  const run = runOf(parent.metadata.uid, (parent.spec as Spec).mode ?? 'Execute');
  const name = alive?.metadata.name ?? jobName(parent.metadata.name, run);
  const account = (alive && bearerOf(alive)?.account) ?? name;
  return withRights(request, (hasRights ?? alive !== undefined) ? { name, account } : undefined, (right) => {
    Object.assign(right.metadata, stored(parent.metadata.uid, right.kind));
  });
}

/** What the API server and Metacontroller add to a right, as far as it is of interest. */
const stored = (owner: string, kind: string): object => ({
  uid: `${{ ServiceAccount: '5a', Role: '50', RoleBinding: '5b' }[kind]}${owner.slice(2)}`,
  creationTimestamp: '2026-11-23T02:10:01Z',
});
