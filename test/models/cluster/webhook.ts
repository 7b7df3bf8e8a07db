import type { CompositeRequest } from '../../../src/api/hooks.js';
import type { Settings } from '../../../src/api/settings.js';
import { JOBS } from '../../../src/api/names.js';
import { ENV } from '../../../src/api/worker.js';
import { EPOCH } from './iso-time.js';
import type { ApiObject, Json } from './objects.js';
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
  /** Undefined if the hook threw. */
  answer: WireAnswer | undefined;
  /** Whether a second call with the same input gave the same bytes; undefined if there was none. */
  isRepeatable: boolean | undefined;
  /** What the same version would answer at another time, once this status is there; undefined where it is not asked. */
  foresee: ((status: unknown, now: Date) => WireAnswer) | undefined;
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
  maxItems: undefined,
  heldTables: [],
  holdTag: '',
  requireDryRun: false,
  requirePointInTimeRecovery: false,
  defaultMaxWriteUnitsPerSecond: undefined,
  defaultMaxReadUnitsPerSecond: undefined,
  defaultCapacitySharePercent: undefined,
  trustedEndpoints: ['http://dynamodb.local:8000'],
  reportSeconds: 30,
  workerCpuRequest: `${50 + version}m`,
  workerMemoryRequest: '64Mi',
  workerMemoryLimit: '256Mi',
  workerRights: rights,
  workerRequestPath: 'fast',
  workerHttpsProxy: '',
  workerNoProxy: '',
  receiptKeySecret: 'receipt-key',
});

/** How a replica differs: by its clock, in milliseconds, and by being of a version that knew neither rights nor the expected target. */
export interface Replica {
  clockOffset: number;
  isOld: boolean;
}

/** The webhook and the network to it: outages, 5xx, 429, answers that are lost on the way back, a separate clock. */
export class Webhook implements HookCaller {
  settings = settingsOf(1, true, 'managed');
  rights: Settings['workerRights'] = 'managed';
  version = 1;
  allowed = true;
  /** Milliseconds that its clock is ahead of the cluster's. */
  clockOffset = 0;
  /** A second replica, which answers every other call, more or less. */
  other: Replica | undefined;
  trouble: { until: number; kind: 'refused' | '500' | '429' } | undefined;
  answersToLose = 0;
  lostAnswers = 0;
  /** Which calls are made twice. */
  isRepeated: (call: number) => boolean = () => true;
  #calls = 0;

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

  #evaluate(hook: 'sync' | 'finalize', asked: CompositeRequest): Call {
    const { clockOffset = 0, isOld = false } = this.other && this.random.next() < 0.5 ? this.other : {};
    const settings = isOld ? settingsOf(this.version, this.allowed, 'none') : this.settings;
    const request = isOld ? withoutRights(asked) : asked;
    const now = new Date(EPOCH + this.time.now() + this.clockOffset + clockOffset);
    const ask = (parent = request.parent, at = now): unknown => {
      const answer = this.hooks[hook]({ ...request, parent }, settings, new Date(at));
      return isOld ? untold(answer, request) : answer;
    };
    const foresee = (status: unknown, at: Date): WireAnswer =>
      onTheWire(ask({ ...request.parent, status }, at)) as WireAnswer;
    const call = { hook, request, settings, now, isRepeatable: undefined, foresee: undefined, error: undefined };
    try {
      const said = ask();
      const answer = onTheWire(said) as WireAnswer;
      if (!this.isRepeated(this.#calls++)) return { ...call, answer };
      return { ...call, answer, isRepeatable: JSON.stringify(said) === JSON.stringify(ask()), foresee };
    } catch (error) {
      return { ...call, answer: undefined, error };
    }
  }
}

/** What JSON makes of an answer: fields that are undefined are gone. Only what has such a field is copied, for nobody changes the rest. */
function onTheWire(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => onTheWire(item) ?? null);
  const source = value as Json;
  let copy: Json | undefined;
  for (const key of Object.keys(source)) {
    const field = onTheWire(source[key]);
    if (field === source[key] && field !== undefined) continue;
    copy ??= { ...source };
    if (field === undefined) delete copy[key];
    else copy[key] = field;
  }
  return copy ?? source;
}

/** What a version without rights saw. */
const withoutRights = (request: CompositeRequest): CompositeRequest => ({
  ...request,
  children: { [JOBS]: request.children[JOBS] },
});

/** What a version without an expected target answered: the Jobs that it builds name none. */
function untold(answer: unknown, { children: { [JOBS]: observed } }: CompositeRequest): unknown {
  const expected: readonly (string | undefined)[] = [ENV.expectedTableId, ENV.expectedDigest];
  const strip = (value: unknown): unknown => {
    if (Array.isArray(value))
      return value.filter((item: { name?: string } | null) => !expected.includes(item?.name)).map(strip);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, strip(field)]));
  };
  const { children, ...rest } = answer as { children: ApiObject[] };
  const isObserved = ({ metadata: { namespace, name } }: ApiObject): boolean =>
    Object.hasOwn(observed, `${namespace}/${name}`);
  return { ...rest, children: children.map((child) => (isObserved(child) ? child : strip(child))) };
}
