import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CompositeRequest, CompositeResponse, FinalizeResponse, ObservedJob } from '../../src/api/hooks.js';
import type { Job } from '../../src/api/job.js';
import { JOBS, REPORT_ANNOTATION } from '../../src/api/names.js';
import { FINAL_EXIT_CODES } from '../../src/api/exit-codes.js';
import { ENV } from '../../src/api/worker.js';
import { type Running, startDynamoctl } from './dynamoctl.js';

interface PodTemplate {
  metadata: { labels: Record<string, string> };
  spec: { containers: { args: string[]; env: { name: string; value?: string; valueFrom?: object }[] }[] };
}

const now = (): string => new Date().toISOString().replace(/\.\d+Z$/, 'Z');

/** Just enough of an API server, Metacontroller, Job controller and kubelet for one DdbctlDpJob and its Job. */
export class StandIn {
  readonly parent: CompositeRequest['parent'];
  job: ObservedJob | undefined;
  readonly #webhook: string;

  /** The resource as it is after `kubectl apply`. */
  constructor(
    webhook: string,
    applied: Pick<CompositeRequest['parent'], 'apiVersion' | 'kind' | 'spec'>,
    name: string,
  ) {
    this.#webhook = webhook;
    const metadata = { name, namespace: 'default', uid: randomUUID(), generation: 1, creationTimestamp: now() };
    this.parent = { ...applied, metadata };
  }

  /** Metacontroller's loop once: asks sync, writes the status, makes, changes and removes the Job as answered. */
  async sync(): Promise<CompositeResponse> {
    const answer = (await this.#post('sync')) as CompositeResponse;
    this.parent.status = answer.status;
    this.#take(answer.children);
    return answer;
  }

  /** The same for `kubectl delete`. */
  async finalize(): Promise<FinalizeResponse> {
    this.parent.metadata.deletionTimestamp ??= now();
    const answer = (await this.#post('finalize')) as FinalizeResponse;
    this.#take(answer.children);
    return answer;
  }

  /** The Job's pod starts: its arguments and environment, exactly as sync gave them, as a process on this machine. */
  startPod(): Running & { report: () => string } {
    const job = this.#needJob();
    const [container] = (job.spec.template as PodTemplate).spec.containers;
    if (!container) throw new Error('the Job has no container');
    const folder = mkdtempSync(join(tmpdir(), 'dynamoctl-demo-'));
    const message = join(folder, 'termination-log');
    const env = Object.fromEntries(
      // Kubernetes halves every $$ of a value on its way to the container.
      container.env.map(({ name, value }) => [name, value?.replaceAll('$$', '$') ?? '']),
    );
    const running = startDynamoctl(container.args, {
      ...env,
      [ENV.jobUID]: job.metadata.uid,
      [ENV.terminationMessagePath]: message,
    });
    job.status = { active: 1, ready: 1, terminating: 0, startTime: now() };
    const report = (): string => {
      const text = readFileSync(message, 'utf8');
      rmSync(folder, { recursive: true });
      return text;
    };
    return { ...running, report };
  }

  /** What the worker's patch of its parent does where it may report. */
  annotate(report: string): void {
    this.parent.metadata.annotations = { [REPORT_ANNOTATION]: report };
  }

  /** The Job controller's words for how the pod ended. */
  endPod(exitCode: number): void {
    const job = this.#needJob();
    const condition = (type: string, reason: string, message: string) => ({
      type,
      status: 'True',
      reason,
      message,
      lastTransitionTime: now(),
    });
    const failJob = (FINAL_EXIT_CODES as readonly number[]).includes(exitCode);
    const reason = exitCode === 0 ? 'CompletionsReached' : failJob ? 'PodFailurePolicy' : 'BackoffLimitExceeded';
    const message = failJob
      ? `Container worker for pod default/${job.metadata.name}-abcde failed with exit code ${exitCode} matching FailJob rule at index 2`
      : '';
    job.status = {
      ready: 0,
      terminating: 0,
      ...(job.status?.startTime !== undefined && { startTime: job.status.startTime }),
      ...(exitCode === 0 ? { succeeded: 1, completionTime: now() } : { failed: 1 }),
      conditions: [condition(exitCode === 0 ? 'Complete' : 'Failed', reason, message)],
    };
  }

  async #post(hook: 'sync' | 'finalize'): Promise<unknown> {
    const { namespace } = this.parent.metadata;
    const request: CompositeRequest = {
      controller: { kind: 'CompositeController', apiVersion: 'metacontroller.k8s.io/v1alpha1' },
      parent: this.parent,
      children: { [JOBS]: this.job ? { [`${namespace}/${this.job.metadata.name}`]: this.job } : {} },
      related: {},
      finalizing: hook === 'finalize',
    };
    const reply = await fetch(`${this.#webhook}/${hook}`, { method: 'POST', body: JSON.stringify(request) });
    if (reply.status !== 200) throw new Error(`POST /${hook}: ${reply.status} ${await reply.text()}`);
    return reply.json();
  }

  #take(children: readonly Job[]): void {
    const [wanted] = children;
    if (!wanted) this.job = undefined;
    else if (!this.job) this.job = this.#made(wanted);
  }

  /** What the API server makes of a Job: a uid, and labels by which its pods know it. */
  #made(job: Job): ObservedJob {
    const uid = randomUUID();
    const template = structuredClone(job.spec.template) as PodTemplate;
    Object.assign(template.metadata.labels, { 'batch.kubernetes.io/controller-uid': uid });
    const metadata = { ...job.metadata, uid, creationTimestamp: now() };
    return { ...job, metadata, spec: { ...job.spec, suspend: false, template }, status: {} };
  }

  #needJob(): ObservedJob {
    if (!this.job) throw new Error('there is no Job');
    return this.job;
  }
}
