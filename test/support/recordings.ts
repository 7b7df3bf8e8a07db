import { readdirSync, readFileSync } from 'node:fs';
import type { CompositeRequest, ObservedJob } from '../../src/api/hooks.js';
import { JOBS } from '../../src/api/names.js';
import type { Spec } from '../../src/api/spec.js';
import { buildJob } from '../../src/operator/desired/new-job.js';
import { jobName, runOf } from '../../src/operator/run-name.js';
import { defaultSettings } from './settings.js';

/** Requests that a real Metacontroller sent; their worker was a toy, everything else was real. */
const FOLDER = new URL('../recordings/', import.meta.url);

/** Where the recorded resources point. It was the machine of the recording itself, which the operator refuses by default. */
export const RECORDED_ENDPOINT = 'http://dynamodb-local.default:8000';
const ORIGINAL_ENDPOINT = 'http://localhost:8000';

export interface Recording {
  name: string;
  hook: 'sync' | 'finalize';
  request: CompositeRequest;
}

export function recordings(): Recording[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((file) => ({
      name: file.replace('.json', ''),
      hook: file.includes('finalize') ? 'finalize' : 'sync',
      request: JSON.parse(textOf(file)) as CompositeRequest,
    }));
}

const textOf = (file: string): string =>
  readFileSync(new URL(file, FOLDER), 'utf8').replaceAll(ORIGINAL_ENDPOINT, RECORDED_ENDPOINT);

export function recording(number: number): Recording {
  const prefix = String(number).padStart(3, '0');
  const found = recordings().find(({ name }) => name.startsWith(prefix));
  if (!found) throw new Error(`no recording ${prefix}`);
  return found;
}

export const jobsOf = (request: CompositeRequest): ObservedJob[] => Object.values(request.children[JOBS]);

/** The request with the toy's Job turned into ours: our name, labels, annotations and template; the rest as recorded. */
export function withOurJob(request: CompositeRequest): CompositeRequest {
  const copy = structuredClone(request);
  const parent = copy.parent.metadata;
  const spec = copy.parent.spec as Spec;
  const run = runOf(parent.uid, 'Execute');
  const account = spec.serviceAccountName ?? jobName(parent.name, run);
  const ours = buildJob({ parent, spec, mode: 'Execute', run, restarts: 0, account, settings: defaultSettings });
  const jobs: Record<string, ObservedJob> = {};
  for (const job of jobsOf(copy)) {
    const toyLabels = (job.spec.template as { metadata: { labels: Record<string, string> } }).metadata.labels;
    const template = structuredClone(ours.spec.template) as { metadata: { labels: Record<string, string> } };
    for (const [label, value] of Object.entries(toyLabels))
      template.metadata.labels[label] = value === job.metadata.name ? ours.metadata.name : value;
    const text = JSON.stringify(job.status ?? {})
      .replaceAll(`default/${job.metadata.name}-`, `default/${ours.metadata.name}-`)
      .replaceAll('Container w for', 'Container worker for')
      .replaceAll('rule at index 1', 'rule at index 2');
    const { podFailurePolicy, backoffLimit } = ours.spec;
    jobs[`${parent.namespace}/${ours.metadata.name}`] = {
      ...job,
      metadata: {
        ...job.metadata,
        name: ours.metadata.name,
        labels: { ...job.metadata.labels, ...ours.metadata.labels },
        annotations: { ...job.metadata.annotations, ...ours.metadata.annotations },
      },
      spec: { ...job.spec, podFailurePolicy, backoffLimit, template },
      status: JSON.parse(text) as NonNullable<ObservedJob['status']>,
    };
  }
  copy.children = { [JOBS]: jobs };
  return copy;
}
