import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { unknownFields } from '../../src/api/unknown-fields.js';
import { specViolations } from '../../src/api/validate.js';
import type { CompositeResponse } from '../../src/api/hooks.js';
import { LAST_APPLIED_ANNOTATION, REPORT_ANNOTATION, VELERO_LABEL } from '../../src/api/names.js';
import { meaningOf, STATES } from '../../src/api/states.js';
import { Status } from '../../src/api/status.js';
import { Spec } from '../../src/api/spec.js';
import { buildProgram } from '../../src/cli/program.js';
import { SETTINGS } from '../../src/api/settings.js';
import { MESSAGES } from '../../src/operator/messages.js';
import { request } from '../support/builders.js';

const text = readFileSync('docs/runbook.md', 'utf8');
const sections = new Map(
  text
    .split(/^### /m)
    .slice(1)
    .map((section) => [section.split('\n')[0] ?? '', section.replace(/^## [^]*/m, '')]),
);

/** Every message that hooks/ shows, by state. */
const shown = readdirSync('hooks/sync').flatMap((name) => {
  const { status } = JSON.parse(readFileSync(join('hooks/sync', name, 'response.json'), 'utf8')) as CompositeResponse;
  return (status.conditions ?? []).map(({ reason, message }) => ({ reason, message }));
});
/** A sentence as the runbook quotes it: `…` for a parameter, and for the message that it is appended to. */
const quoted = (sentence: string): string => sentence.replaceAll(/\{\w+\}/g, '…').replace(/^ /, '… ');
/** Every sentence of the operator's tables. */
const sentences = [
  ...Object.values(MESSAGES).map(quoted),
  ...STATES.flatMap((state) => [meaningOf(state), `${meaningOf(state)}: …`]),
];

t.test('every state has its section, and every section is a state', async (t) => {
  t.same([...sections.keys()].sort(), [...STATES].sort());
});

/** `…` stands for anything. */
const pattern = (quote: string): RegExp =>
  new RegExp(
    `^${quote
      .split('…')
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('[^]+')}$`,
  );
t.test('what is quoted is what is said', async (t) => {
  for (const [state, section] of sections) {
    const quotes = [...section.matchAll(/^> (.+)$/gm)].map(([, quote]) => String(quote));
    t.ok(quotes.length > 0, `${state} quotes a message`);
    const messages = shown.filter(({ reason }) => reason === state).map(({ message }) => message);
    t.ok(
      messages.some((message) =>
        quotes.some((quote) => pattern(quote).test(message) || message === quote.replace(': …', '')),
      ),
      `${state}: ${messages[0]}`,
    );
    for (const quote of quotes)
      t.ok(messages.some((message) => pattern(quote).test(message)) || sentences.includes(quote), quote);
  }
});

t.test('every message is quoted', async (t) => {
  const quotes = [...text.matchAll(/^> (.+)$/gm)].map(([, quote]) => String(quote));
  for (const [key, sentence] of Object.entries(MESSAGES))
    t.ok(
      quotes.some((quote) => pattern(quoted(sentence)).test(quote)),
      `${key}: > ${quoted(sentence)}`,
    );
});

const commands = [...text.matchAll(/^```sh\n([^]*?)^```$/gm)].flatMap(([, block = '']) => block.trim().split('\n'));
const program = await buildProgram();

/** A command of the runbook → what shows that it is right. */
const COMMANDS: readonly { command: RegExp; holds: (found: RegExpExecArray) => boolean }[] = [
  {
    command: /^kubectl patch ddp NAME -n NAMESPACE --type merge -p '(.*)'$/,
    holds: ([, patch]) => {
      const { spec } = request().parent as { spec: object };
      const before = { ...spec, ...(/Execute/.test(String(patch)) && { mode: 'DryRun' }) };
      const change = (JSON.parse(String(patch)) as { spec: object }).spec;
      const known = Object.keys(change).every((field) => field in Spec.properties);
      return known && specViolations({ ...before, ...change }, before).length === 0;
    },
  },
  {
    command:
      /^kubectl patch ddp NAME -n NAMESPACE --type json -p '\[\{"op": "remove", "path": "\/spec\/ddbCtlDpJob\/(\w+)"\}\]'$/,
    holds: ([, field]) => unknownFields({ ddbCtlDpJob: { [String(field)]: 'x' } }).length === 1,
  },
  { command: /^kubectl get ddp -n NAMESPACE -o wide$/, holds: () => true },
  { command: /^kubectl (describe|delete) ddp NAME -n NAMESPACE$/, holds: () => true },
  {
    command: /^kubectl get ddp NAME -n NAMESPACE -o jsonpath='\{\.status\.(\w+).*\}'$/,
    holds: ([, field]) => String(field) in Status.properties,
  },
  { command: /^kubectl annotate ddp NAME -n NAMESPACE (\S+)-$/, holds: ([, name]) => name === REPORT_ANNOTATION },
  {
    command: /^kubectl annotate job JOB -n NAMESPACE (\S+)-$/,
    holds: ([, name]) => name === LAST_APPLIED_ANNOTATION,
  },
  { command: /^kubectl label ddp NAME -n NAMESPACE (\S+)-$/, holds: ([, name]) => name === VELERO_LABEL },
  {
    command: /^kubectl (?:logs|describe pods|get pods) -n NAMESPACE -l (\S+)=JOB( --tail=100| -o jsonpath='.*')?$/,
    holds: ([, label]) => Object.values(MESSAGES).some((sentence) => sentence.includes(`-l ${label}=`)),
  },
  {
    command: /^kubectl get jobs -n NAMESPACE -l controller-uid=\$\(kubectl get ddp NAME .*'\{\.metadata\.uid\}'\)$/,
    holds: () => true,
  },
  { command: /^kubectl get jobs -n NAMESPACE$/, holds: () => true },
  { command: /^kubectl delete job -n NAMESPACE SURPLUS_JOB$/, holds: () => true },
  {
    command: /^kubectl describe job JOB -n NAMESPACE$/,
    holds: () => MESSAGES.jobHasNoPod.includes('kubectl describe job {job} -n {namespace}'),
  },
  {
    command: /^kubectl get serviceaccount -n NAMESPACE (\S+) -o yaml$/,
    holds: ([, name]) =>
      readFileSync('manifests/worker/service-account/service-account.yaml', 'utf8').includes(`name: ${name}\n`),
  },
  {
    command: /^kubectl -n dynamoctl-dp-operator-system set env deployment\/dynamoctl-dp-operator ([A-Z_]+)=\S+$/,
    holds: ([, name]) => SETTINGS.some((setting) => setting.name === name),
  },
  {
    command: /^kubectl -n (\S+) get pods$/,
    holds: ([, name]) =>
      name === 'metacontroller' ||
      readFileSync('manifests/operator/namespace.yaml', 'utf8').includes(`name: ${name}\n`),
  },
  {
    command: /^dynamoctl (\S+) (.*)$/,
    holds: ([, name, rest]) => {
      const command = program.commands.find((each) => each.name() === name);
      const flags = [...String(rest).matchAll(/(?<= |^)--?[a-z-]+/g)].map(([flag]) => flag);
      return flags.every(
        (flag) => command?.options.some(({ short, long }) => flag === short || flag === long) ?? false,
      );
    },
  },
  {
    command: /^aws dynamodb describe-table --table-name TABLE --region REGION --query Table.TableStatus$/,
    holds: () => true,
  },
];

t.test('every command is one of ours, with fields, flags and names that are there', async (t) => {
  t.ok(commands.length > 15);
  for (const line of commands) {
    const [found, entry] = COMMANDS.map((row) => [row.command.exec(line), row] as const).find(([match]) => match) ?? [];
    t.ok(found && entry?.holds(found), line);
  }
  for (const { command } of COMMANDS)
    t.ok(
      commands.some((line) => command.test(line)),
      `used: ${command.source}`,
    );
});

t.test('the folders that it names are there', async (t) => {
  for (const [path] of text.matchAll(/(?<![\w/.])manifests\/[\w/-]+/g)) t.ok(existsSync(path), path);
});
