import { Command } from 'commander';
import { readFileSync } from 'node:fs';
import { API_VERSION, KIND, PLURAL } from '../../api/names.js';
import { CompositeResponse } from '../../api/hooks.js';
import { EXIT_CODES } from '../../api/exit-codes.js';
import { checker, createValidator } from '../../webhook/validation.js';
import { requestJson } from '../process/https-json.js';

/** Where a pod finds what it needs to speak to its API server. */
const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';
/** A list that long is cut in what is told. */
const NAMED = 10;

/** What the Helm chart's hooks run, in the operator's own image. Not for people: `dynamoctl --help` does not name it. */
export function checkCommand(): Command {
  const command = new Command('check').description("checks for the Helm chart's hooks");
  command
    .command('no-jobs-left')
    .description('fails while there are DdbctlDpJobs, and says what to do')
    .option('--server <url>', 'API server', apiServer(process.env))
    .option('--token-file <path>', 'its token', `${SERVICE_ACCOUNT}/token`)
    .option('--ca-file <path>', 'its CA', `${SERVICE_ACCOUNT}/ca.crt`)
    .action(async (options: ServerOptions & { server: string }) =>
      end(noJobsLeft(options.server, credentials(options))),
    );
  command
    .command('hook')
    .description("posts a recorded request to the webhook, and looks at the answer's form")
    .requiredOption('--url <url>', 'the hook')
    .requiredOption('--request-file <path>', 'the request')
    .option('--address <ip>', "the address of the hook's host, for who has no DNS")
    .option('--token-file <path>', 'the bearer token')
    .option('--ca-file <path>', "the CA of the webhook's certificate")
    .option('--cert-file <path>', 'a client certificate')
    .option('--key-file <path>', 'its key')
    .action(async (options: ServerOptions & { url: string; requestFile: string; address?: string }) =>
      end(
        hookAnswers(options.url, readFileSync(options.requestFile, 'utf8'), {
          ...credentials(options),
          address: options.address,
        }),
      ),
    );
  return command;
}

interface ServerOptions {
  tokenFile?: string;
  caFile?: string;
  certFile?: string;
  keyFile?: string;
}
interface Credentials {
  token?: string | undefined;
  ca?: string | undefined;
  cert?: string | undefined;
  key?: string | undefined;
  address?: string | undefined;
}

export interface Verdict {
  ok: boolean;
  message: string;
}

function credentials({ tokenFile, caFile, certFile, keyFile }: ServerOptions): Credentials {
  const read = (path: string | undefined) => (path === undefined ? undefined : readFileSync(path, 'utf8').trim());
  return { token: read(tokenFile), ca: read(caFile), cert: read(certFile), key: read(keyFile) };
}

function apiServer({
  KUBERNETES_SERVICE_HOST: host,
  KUBERNETES_SERVICE_PORT: port = '443',
}: NodeJS.ProcessEnv): string {
  if (host === undefined) return 'https://kubernetes.default.svc';
  return `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

async function end(verdict: Promise<Verdict>): Promise<void> {
  const { ok, message } = await verdict.catch((error: unknown) => ({ ok: false, message: String(error) }));
  process.stdout.write(`${message}\n`);
  process.exitCode = ok ? EXIT_CODES.done : EXIT_CODES.bug;
}

/** Whether the operator can go without leaving anything that only it can bring to an end. */
export async function noJobsLeft(server: string, credentials: Credentials): Promise<Verdict> {
  const { status, body } = await requestJson(`${server}/apis/${API_VERSION}/${PLURAL}?limit=500`, credentials);
  if (status === 404) return { ok: true, message: `there is no kind ${KIND} any more` };
  if (status !== 200) return { ok: false, message: `the API server answered ${status}: ${JSON.stringify(body)}` };
  const { items } = body as { items: { metadata: { namespace: string; name: string } }[] };
  if (items.length === 0) return { ok: true, message: `no ${KIND} is left` };
  const names = items.map(({ metadata: { namespace, name } }) => `${namespace}/${name}`);
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
  return {
    ok: false,
    message: [
      `Not uninstalled: there ${names.length === 1 ? `is 1 ${KIND}` : `are ${names.length} ${KIND}s`}: ${names.slice(0, NAMED).join(', ')}${more}.`,
      `Without the operator they could not be deleted (each waits for its finalizer), and nothing would watch their Jobs.`,
      `Keep their records if you need them, then delete them and uninstall again:`,
      `  kubectl delete ${PLURAL} --all --all-namespaces`,
      `A deletion that is running is stopped by that; what it has deleted stays deleted.`,
    ].join('\n'),
  };
}

/** Whether the webhook answers a request of Metacontroller's as it must. */
export async function hookAnswers(url: string, request: string, credentials: Credentials): Promise<Verdict> {
  const { status, body } = await requestJson(url, { method: 'POST', body: request, ...credentials });
  if (status !== 200) return { ok: false, message: `${url} answered ${status}: ${JSON.stringify(body)}` };
  try {
    checker(createValidator(), CompositeResponse, `the answer of ${url}`)(body);
  } catch (error) {
    return { ok: false, message: (error as Error).message };
  }
  const { status: told, children } = body as CompositeResponse;
  const finished = told.conditions?.find(({ type }) => type === 'Finished');
  const jobs = children.map(({ metadata }) => metadata.name).join(', ') || 'none';
  return { ok: true, message: `${url} answers: ${finished?.reason ?? 'no condition'}; Jobs wanted: ${jobs}` };
}
