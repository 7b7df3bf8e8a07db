import type { CompositeRequest } from '../../../src/api/hooks.js';
import type { Settings } from '../../../src/api/settings.js';
import { EPOCH } from './iso-time.js';
import type { HookCaller, HookResult, WireAnswer } from './metacontroller.js';
import type { Random } from '../random.js';
import type { VirtualTime } from '../virtual-time.js';

type Hook = (request: CompositeRequest, settings: Settings, now: Date) => unknown;

/** The system under test. */
export interface Hooks {
  sync: Hook;
  finalize: Hook;
}

export interface Call {
  hook: 'sync' | 'finalize';
  request: CompositeRequest;
  settings: Settings;
  now: Date;
  /** The answer as JSON; undefined if the hook threw. */
  body: string | undefined;
  /** What that says. */
  answer: WireAnswer | undefined;
  /** The answer of a second call with the same input. */
  again: string | undefined;
  error: unknown;
}

const settingsOf = (version: number, allowed: boolean, rights: Settings['workerRights']): Settings => ({
  workerImage: `registry.example/dynamoctl:1.${version}.0`,
  allowedEndpoints: ['*'],
  allowedTables: allowed ? ['*'] : ['Nothing'],
  allowedRegions: ['*'],
  allowedServiceAccounts: ['default', 'ddbctl-worker'],
  allowedSecrets: ['ddbctl-*'],
  allowedMetadata: ['kueue.x-k8s.io/*'],
  allowedPriorityClasses: [],
  allowedTolerations: [],
  allowedNodeSelectorKeys: ['disk'],
  maxWorkerCpu: '2',
  maxWorkerMemory: '2Gi',
  maxWorkerEphemeralStorage: '1Gi',
  trustedEndpoints: [],
  reportSeconds: 30,
  workerCpuRequest: `${50 + version}m`,
  workerMemoryRequest: '64Mi',
  workerMemoryLimit: '256Mi',
  workerRights: rights,
  workerRequestPath: 'fast',
  workerHttpsProxy: '',
  workerNoProxy: '',
});

/** The webhook and the network to it: outages, 5xx, 429, answers that are lost on the way back, a separate clock. */
export class Webhook implements HookCaller {
  settings = settingsOf(1, true, 'managed');
  rights: Settings['workerRights'] = 'managed';
  version = 1;
  allowed = true;
  /** Milliseconds that its clock is ahead of the cluster's. */
  clockOffset = 0;
  trouble: { until: number; kind: 'refused' | '500' | '429' } | undefined;
  answersToLose = 0;
  lostAnswers = 0;

  constructor(
    private readonly hooks: Hooks,
    private readonly time: VirtualTime,
    private readonly random: Random,
    private readonly called: (call: Call) => void,
  ) {}

  configure({
    version = this.version,
    allowed = this.allowed,
    rights = this.rights,
  }: {
    version?: number;
    allowed?: boolean;
    rights?: Settings['workerRights'];
  }): void {
    this.version = version;
    this.allowed = allowed;
    this.rights = rights;
    this.settings = settingsOf(version, allowed, rights);
  }

  call(hook: 'sync' | 'finalize', request: CompositeRequest, done: (result: HookResult) => void): void {
    const later = (result: HookResult): void => void this.time.after(this.random.between(1, 20), () => done(result));
    this.time.after(this.random.between(1, 20), () => {
      if (this.trouble && this.time.now() < this.trouble.until) {
        if (this.trouble.kind === '429') return later({ kind: 'busy', retryAfter: this.random.between(1, 3) });
        return later({ kind: 'error' });
      }
      const call = this.#evaluate(hook, request);
      this.called(call);
      if (call.answer === undefined) return later({ kind: 'error' });
      if (this.answersToLose > 0) {
        this.answersToLose--;
        this.lostAnswers++;
        return void this.time.after(10_000, () => done({ kind: 'error' }));
      }
      later({ kind: 'answer', answer: call.answer });
    });
  }

  #evaluate(hook: 'sync' | 'finalize', request: CompositeRequest): Call {
    const { settings } = this;
    const now = new Date(EPOCH + this.time.now() + this.clockOffset);
    const once = (): string => JSON.stringify(this.hooks[hook](request, settings, new Date(now)));
    try {
      const body = once();
      const answer = JSON.parse(body) as WireAnswer;
      return { hook, request, settings, now, body, answer, again: once(), error: undefined };
    } catch (error) {
      return { hook, request, settings, now, body: undefined, answer: undefined, again: undefined, error };
    }
  }
}
