import { Command } from 'commander';
import { readFileSync } from 'node:fs';
import { API_VERSION, KIND, PLURAL } from '../../api/names.js';
import { CompositeResponse } from '../../api/hooks.js';
import { EXIT_CODES } from '../../api/exit-codes.js';
import { checker, createValidator } from '../../webhook/validation.js';
import { type JsonRequest, requestJson } from '../process/https-json.js';
import { apiServerAt, apiServerFromEnv } from '../process/kubernetes-api.js';

/** How many resources a message lists by name. */
const MAX_NAMES = 10;

interface CredentialFiles {
  tokenFile?: string;
  caFile?: string;
  certFile?: string;
  keyFile?: string;
}
type Credentials = Pick<JsonRequest, 'token' | 'ca' | 'cert' | 'key' | 'address'>;

/** The result of a check, which decides whether the hook succeeds. */
export interface Verdict {
  ok: boolean;
  message: string;
}

/** Commands that the Helm chart's hooks run in the operator's image. They are not for people: `dynamoctl --help` omits them. */
export function checkCommand(): Command {
  const command = new Command('check').description("checks for the Helm chart's hooks");
  addNoJobsLeft(command);
  addHook(command);
  return command;
}

function addNoJobsLeft(command: Command): void {
  const server = apiServerFromEnv(process.env) ?? apiServerAt('kubernetes.default.svc', '443');
  command
    .command('no-jobs-left')
    .description(`fail if any ${KIND} remains, and explain what to do`)
    .option('--server <url>', 'the API server', server.url)
    .option('--token-file <path>', 'bearer token for it', server.tokenFile)
    .option('--ca-file <path>', "CA of the API server's certificate", server.caFile)
    .action((options: CredentialFiles & { server: string }) =>
      finish(() => noJobsLeft(options.server, readCredentials(options))),
    );
}

function addHook(command: Command): void {
  command
    .command('hook')
    .description('post a recorded request to the webhook and check the form of the answer')
    .requiredOption('--url <url>', 'the hook')
    .requiredOption('--request-file <path>', 'the request')
    .option('--address <ip>', "IP address to use instead of resolving the hook's host")
    .option('--token-file <path>', 'bearer token')
    .option('--ca-file <path>', "CA of the webhook's certificate")
    .option('--cert-file <path>', 'client certificate')
    .option('--key-file <path>', 'key of the client certificate')
    .action((options: CredentialFiles & { url: string; requestFile: string; address?: string }) =>
      finish(() => {
        const request = readFileSync(options.requestFile, 'utf8');
        return hookAnswers(options.url, request, { ...readCredentials(options), address: options.address });
      }),
    );
}

function readCredentials({ tokenFile, caFile, certFile, keyFile }: CredentialFiles): Credentials {
  const read = (path: string | undefined) => (path === undefined ? undefined : readFileSync(path, 'utf8').trim());
  return { token: read(tokenFile), ca: read(caFile), cert: read(certFile), key: read(keyFile) };
}

/** Prints a check's message and sets the exit code. A check that throws has failed. */
async function finish(check: () => Promise<Verdict>): Promise<void> {
  let verdict: Verdict;
  try {
    verdict = await check();
  } catch (error) {
    verdict = { ok: false, message: String(error) };
  }
  process.stdout.write(`${verdict.message}\n`);
  process.exitCode = verdict.ok ? EXIT_CODES.done : EXIT_CODES.bug;
}

/** Whether the operator can be removed without leaving behind resources that only it can finish. */
export async function noJobsLeft(server: string, credentials: Credentials): Promise<Verdict> {
  const { status, body } = await requestJson(`${server}/apis/${API_VERSION}/${PLURAL}?limit=500`, credentials);
  if (status === 404) return { ok: true, message: `the kind ${KIND} no longer exists` };
  if (status !== 200) return { ok: false, message: `the API server answered ${status}: ${JSON.stringify(body)}` };
  const { items } = body as { items: { metadata: { namespace: string; name: string } }[] };
  if (items.length === 0) return { ok: true, message: `no ${KIND} is left` };
  const names = items.map(({ metadata: { namespace, name } }) => `${namespace}/${name}`);
  const more = names.length > MAX_NAMES ? ` and ${names.length - MAX_NAMES} more` : '';
  return {
    ok: false,
    message: [
      `Not uninstalled: there ${names.length === 1 ? `is 1 ${KIND}` : `are ${names.length} ${KIND}s`}: ${names.slice(0, MAX_NAMES).join(', ')}${more}.`,
      `Without the operator they could not be deleted, because each waits for its finalizer, and nothing would watch their Jobs.`,
      `Save their records if you need them, then delete them and uninstall again:`,
      `  kubectl delete ${PLURAL} --all --all-namespaces`,
      `This stops a deletion that is running; what it has already deleted stays deleted.`,
    ].join('\n'),
  };
}

/** Whether the webhook answers a request from Metacontroller correctly. */
export async function hookAnswers(url: string, request: string, credentials: Credentials): Promise<Verdict> {
  const { status: code, body } = await requestJson(url, { method: 'POST', body: request, ...credentials });
  if (code !== 200) return { ok: false, message: `${url} answered ${code}: ${JSON.stringify(body)}` };
  try {
    checker(createValidator(), CompositeResponse, `the answer of ${url}`)(body);
  } catch (error) {
    return { ok: false, message: (error as Error).message };
  }
  const { status, children } = body as CompositeResponse;
  const finished = status.conditions?.find(({ type }) => type === 'Finished');
  const desired = children.map(({ kind, metadata }) => `${kind} ${metadata.name}`).join(', ') || 'none';
  return { ok: true, message: `${url} answers: ${finished?.reason ?? 'no condition'}; desired children: ${desired}` };
}
