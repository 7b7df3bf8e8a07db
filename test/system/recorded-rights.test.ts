import { readdirSync, readFileSync } from 'node:fs';
import t from 'tap';
import type { CompositeRequest, FinalizeResponse } from '../../src/api/hooks.js';
import { RIGHTS } from '../../src/api/names.js';
import { rightsIn, jobsIn } from '../support/builders.js';
import { defaultSettings } from '../support/settings.js';
import { webhook } from '../support/webhook.js';

/**
 * The requests of two whole runs, from creation to finalization, that a real Metacontroller sent: `own` names no service account,
 * `named` does. Without managedFields; the names of the image and the endpoint were changed.
 */
const FOLDER = new URL('../recordings/rights/', import.meta.url);
const files = readdirSync(FOLDER).sort();
const read = (file: string): CompositeRequest =>
  JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as CompositeRequest;

/** When the run had ended, and the Job was kept. */
const NOW = new Date('2026-11-29T13:21:10Z');

t.equal(files.length, 28, 'all recordings are here');

for (const file of files)
  t.test(file, async (t) => {
    const request = read(file);
    const hook = file.includes('finalize') ? 'finalize' : 'sync';
    const { post } = await webhook(t, { now: () => NOW, settings: defaultSettings });
    const reply = await post(hook, request);
    t.equal(reply.statusCode, 200, reply.body);
    const answer = reply.json<FinalizeResponse>();
    const state = /-(\w+)\.json$/.exec(file)?.[1];
    // What is said while the pod runs depends on the version; what the rights depend on does not.
    const isOver = answer.status.conditions?.[0]?.status === 'True';
    t.equal(isOver, state === 'PartitionDeleted');
    const seen = RIGHTS.flatMap((group) => Object.keys(request.children[group] ?? {}));
    const isNamed = file.includes('named');
    const all = isNamed
      ? ['Role', 'RoleBinding to ddbctl-worker']
      : ['ServiceAccount', 'Role', /^RoleBinding to own-[0-9a-f]{10}$/];
    if (state === 'PartitionDeleted') t.same(rightsIn(answer), [], 'none after the end');
    else
      t.match(rightsIn(answer), all, 'all of them, and what the API server made of them counts as what we asked for');
    if (seen.length === 0 && state === 'Pending') t.same(jobsIn(answer), [], 'no Job before its rights');
    else if (hook === 'sync') t.equal(jobsIn(answer).length, 1, 'the Job');
  });

t.test('the rights are there before the Job, and gone before it', async (t) => {
  for (const name of ['own', 'named']) {
    const runs = files.filter((file) => file.includes(`-${name}-`)).map(read);
    const has = ({ children }: CompositeRequest): string =>
      `${RIGHTS.filter((group) => Object.keys(children[group] ?? {}).length > 0).length} rights, ${Object.keys(children['Job.batch/v1']).length} Jobs`;
    const [all, none] = [name === 'own' ? 3 : 2, 0];
    t.same(
      runs.map(has).filter((text, index, texts) => text !== texts[index - 1]),
      [
        `${none} rights, 0 Jobs`,
        `${all} rights, 0 Jobs`,
        `${all} rights, 1 Jobs`,
        '0 rights, 1 Jobs',
        '0 rights, 0 Jobs',
      ],
    );
  }
});
