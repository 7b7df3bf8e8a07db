import t from 'tap';
import type { ObservedJob } from '../../../../src/api/hooks.js';
import { keptJob } from '../../../../src/operator/desired/kept-job.js';
import { unmergeableEntry, unreachableEntry } from '../../../../src/operator/observe/unmergeable.js';
import { sameJson } from '../../../../src/operator/same-json.js';
import { applied, LAST_APPLIED } from '../../../models/cluster/merge.js';
import type { ApiObject, Json } from '../../../models/cluster/objects.js';
import { observedJob } from '../../../support/builders.js';

interface PodSpec {
  containers: Json[];
  [field: string]: unknown;
}

/** A Job whose pod or worker somebody has given something more. */
function changed(change: { pod?: object; worker?: object; env?: object[] }): ObservedJob {
  const job = observedJob();
  const template = job.spec.template as { spec: PodSpec };
  const [worker] = template.spec.containers;
  const env = [...(worker?.env as object[]), ...(change.env ?? [])];
  const containers = [{ ...worker, env, ...change.worker }];
  const spec = { ...template.spec, containers, ...change.pod };
  return { ...job, spec: { ...job.spec, template: { ...template, spec } } };
}

const template = ({ spec }: ObservedJob): unknown => spec.template;

const CONTAINERS = 'template.spec.containers';
const WORKER = `${CONTAINERS}[worker]`;
const sidecar = (fields: object): object => ({ pod: { containers: [{ name: 'sidecar', ...fields }] } });

for (const { what, change, entry } of [
  { what: 'as we made it', change: {}, entry: undefined },
  { what: 'one more variable', change: { env: [{ name: 'HTTP_PROXY', value: 'a' }] }, entry: undefined },
  {
    what: 'a variable that a webhook added twice, with one value',
    change: {
      env: [
        { name: 'X', value: '1' },
        { value: '1', name: 'X' },
      ],
    },
    entry: undefined,
  },
  {
    what: 'with two values',
    change: {
      env: [
        { name: 'X', value: '1' },
        { name: 'X', value: '2' },
      ],
    },
    entry: `${WORKER}.env[X]`,
  },
  {
    what: 'three of them, of which the last two are the same',
    change: { env: ['1', '2', '2'].map((value) => ({ name: 'X', value })) },
    entry: `${WORKER}.env[X]`,
  },
  {
    what: 'one of our own a second time',
    change: { env: [{ name: 'DYNAMOCTL_REPORT_SECONDS', value: '1' }] },
    entry: `${WORKER}.env[DYNAMOCTL_REPORT_SECONDS]`,
  },
  {
    what: 'one port by TCP and UDP',
    change: sidecar({ ports: ['TCP', 'UDP'].map((protocol) => ({ name: protocol, containerPort: 53, protocol })) }),
    entry: `${CONTAINERS}[sidecar].ports[53]`,
  },
  {
    what: 'two ports, one of them without a name',
    change: sidecar({ ports: [{ name: 'a', containerPort: 1 }, { containerPort: 2 }] }),
    entry: undefined,
  },
  {
    what: 'one address with two lists of host names',
    change: {
      pod: {
        hostAliases: [
          { ip: '10.0.0.1', hostnames: ['a'] },
          { ip: '10.0.0.1', hostnames: ['b'] },
        ],
      },
    },
    entry: 'template.spec.hostAliases[10.0.0.1]',
  },
  {
    what: 'two tolerations of one key, which no list is merged by',
    change: {
      pod: {
        tolerations: [
          { key: 'a', value: '1' },
          { key: 'a', value: '2' },
        ],
      },
    },
    entry: undefined,
  },
  {
    what: 'two headers of one name',
    change: {
      worker: {
        livenessProbe: {
          httpGet: {
            httpHeaders: [
              { name: 'H', value: '1' },
              { name: 'H', value: '2' },
            ],
          },
        },
      },
    },
    entry: `${WORKER}.livenessProbe.httpGet.httpHeaders[H]`,
  },
  {
    what: 'two entries of one name, one of them with a port: only the name is a key of both',
    change: {
      pod: {
        odd: [{ name: 'a', port: 1 }, { name: 'a' }],
      },
    },
    entry: 'template.spec.odd[a]',
  },
  {
    what: 'a list that holds null',
    change: { pod: { odd: [{ name: 'a', x: 1 }, { name: 'a', x: 2 }, null] } },
    entry: undefined,
  },
  {
    what: 'a list that holds more than objects',
    change: { pod: { odd: [{ name: 'a', x: 1 }, { name: 'a', x: 2 }, 'a'] } },
    entry: undefined,
  },
])
  t.test(what, async (t) => {
    const job = changed(change);
    t.equal(unmergeableEntry(job), entry);
    for (const suspend of [false, true]) {
      const sent = written(job, { suspend, remembers: true });
      if (entry === undefined) t.ok(sameJson(sent.template, template(job)), `the template stays, suspend: ${suspend}`);
      else t.equal(sent.template, undefined, `what is sent is refused, and has nothing to quote, suspend: ${suspend}`);
      const unremembered = written(job, { suspend, remembers: false });
      t.ok(sameJson(unremembered.template, template(job)), 'no memory of a template, no change of it');
      t.equal(unremembered.suspend, suspend, 'and suspend arrives');
    }
  });

/** The spec that Metacontroller sends, which may remember what it made this Job from. */
function written(job: ObservedJob, { suspend, remembers }: { suspend: boolean; remembers: boolean }): Json {
  const made = { ...observedJob(), status: undefined };
  const annotations = { ...job.metadata.annotations, ...(remembers && { [LAST_APPLIED]: JSON.stringify(made) }) };
  const observed = { ...job, metadata: { ...job.metadata, annotations } };
  return applied(observed as unknown as ApiObject, keptJob(observed, 'default', { suspend })).spec ?? {};
}

t.test('a Job that no change reaches', async (t) => {
  const doubled = changed({ env: ['1', '2'].map((value) => ({ name: 'X', value })) });
  for (const [why, job, memory, entry] of [
    ['as it was made', doubled, { spec: { template: {} } }, `${WORKER}.env[X]`],
    ['if it can be merged', observedJob(), { spec: { template: {} } }, undefined],
    ['a memory without a template', doubled, { spec: { suspend: true } }, undefined],
    ['a memory of nothing', doubled, {}, undefined],
    ['no memory', doubled, undefined, undefined],
    ['a memory that is no object', doubled, 1, undefined],
    ['null, which Metacontroller reads as nothing', doubled, null, undefined],
    ['what is no JSON, which Metacontroller refuses to read', doubled, Symbol(), `${WORKER}.env[X]`],
  ] as const) {
    const text = typeof memory === 'symbol' ? '{' : JSON.stringify(memory);
    const annotations = { ...job.metadata.annotations, ...(memory !== undefined && { [LAST_APPLIED]: text }) };
    t.equal(unreachableEntry({ ...job, metadata: { ...job.metadata, annotations } }), entry, why);
  }
});

t.equal(unmergeableEntry({ ...observedJob(), spec: {} }), undefined, 'a Job that has nothing');

t.test('a template is searched once, however often a request asks', (t) => {
  let searched = 0;
  const job = observedJob();
  const watchedTemplate = new Proxy(job.spec.template as object, {
    ownKeys: (target) => {
      searched++;
      return Reflect.ownKeys(target);
    },
  });
  const watched: ObservedJob = { ...job, spec: { ...job.spec, template: watchedTemplate } };
  t.equal(unmergeableEntry(watched), undefined);
  t.equal(unreachableEntry(watched), undefined);
  t.equal(searched, 1);
  t.end();
});
