import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { NodeHttpHandler, type NodeHttpHandlerOptions } from '@smithy/node-http-handler';
import { isAwsSts, normalizeEndpoint } from '../api/endpoints.js';
import { classOf } from './errors.js';
import { type Env, identitySource, noIdentityFound } from './identity-sources.js';
import { proxyAgent } from './proxy.js';
import { urlOf } from './request-url.js';

/** What the chain's surroundings are: passed in, because this room touches neither environment nor timers. */
export interface Surroundings {
  /** The environment that the SDK reads, to say what it found there. */
  env: Env;
  /** Resolves after `ms`, or immediately when `signal` aborts. */
  sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Calls back after `ms`, unless what it returns is called before. */
  after: (ms: number, act: () => void) => () => void;
}

/**
 * How long one search for credentials may take, in milliseconds. The SDK's own time-outs and retries add up to more than a minute
 * where nobody answers: at STS three attempts of 20 s each.
 */
const SEARCH_LIMIT_MS = 15_000;

/** A source of credentials is there, but provided none, for a reason that says nothing about DynamoDB's own endpoint. */
class CredentialChainError extends Error {
  /** The SDK's own name for this error, so that one row in the table of errors covers both. */
  override readonly name = 'CredentialsProviderError';

  /** @param code - name of the underlying error */
  constructor(
    readonly code: string | undefined,
    source: string,
  ) {
    super(`${source} provides none`);
  }
}

/** Nothing that could provide credentials is there. */
class NoIdentity extends Error {
  override readonly name = 'NoIdentity';
}

/** Sends a web identity token, which whoever gets it can exchange for the role's credentials, to no host but STS. */
class TokenGuard extends NodeHttpHandler {
  readonly #custom: string | undefined;

  constructor(options: NodeHttpHandlerOptions, env: Env) {
    const httpsAgent = proxyAgent(env, {});
    super({ ...options, ...(httpsAgent && { httpsAgent }) });
    const custom = env.AWS_ENDPOINT_URL_STS;
    this.#custom = custom === undefined ? undefined : normalizeEndpoint(custom);
  }

  override async handle(...[request, options]: Parameters<NodeHttpHandler['handle']>) {
    const body: unknown = request.body;
    const host = normalizeEndpoint(urlOf(request)) ?? '';
    if (mayHoldToken(body) && !isAwsSts(host) && host !== this.#custom)
      throw new NoIdentity(
        `the web identity token is not sent to ${host}, which is not AWS STS; if it should be, set AWS_ENDPOINT_URL_STS`,
      );
    return super.handle(request, options);
  }
}

/** What cannot be read may hold one. */
function mayHoldToken(body: unknown): boolean {
  if (body === undefined || body === null) return false;
  const text = body instanceof Uint8Array ? Buffer.from(body).toString('latin1') : body;
  return typeof text !== 'string' || /WebIdentityToken/.test(text);
}

/** The chain's last word after every source was passed over. Source: `defaultProvider` in `@aws-sdk/credential-provider-node`. */
const NOTHING_FOUND = 'Could not load credentials from any providers';

export interface CredentialChain {
  provide: ReturnType<typeof defaultProvider>;
  /** Closes the connections to whoever provides credentials. */
  destroy: () => void;
}

/**
 * The SDK's default credential chain (environment, IRSA, Pod Identity, profiles, ...), with a separate request handler. The
 * SDK would pass the DynamoDB client's handler to its STS and Sign-In clients, and that handler refuses every host except
 * DynamoDB's. Sources: `parentClientConfig.requestHandler` in `@aws-sdk/nested-clients`, submodule sts, and
 * `callerClientConfig.requestHandler` in `@aws-sdk/credential-provider-login`, which looks nowhere else.
 *
 * It rejects if the identity was refused or there are no credentials, never because of DynamoDB's endpoint.
 */
export function credentialChain(
  region: string,
  timeouts: NodeHttpHandlerOptions,
  { env, sleep }: Surroundings,
): CredentialChain {
  const requestHandler = new TokenGuard(timeouts, env);
  const chain = defaultProvider({ parentClientConfig: { region, requestHandler } });
  const provide: CredentialChain['provide'] = async (options) => {
    const callerClientConfig = {
      region: () => Promise.resolve(region),
      ...options?.callerClientConfig,
      requestHandler,
    };
    const found = new AbortController();
    const tooLong = async (): Promise<never> => {
      await sleep(SEARCH_LIMIT_MS, found.signal);
      throw Object.assign(new Error(), { code: 'ETIMEDOUT' });
    };
    try {
      return await Promise.race([chain({ ...options, callerClientConfig }), tooLong()]);
    } catch (error) {
      throw whyNone(error, env);
    } finally {
      found.abort();
    }
  };
  return { provide, destroy: () => requestHandler.destroy() };
}

function whyNone(error: unknown, env: Env): unknown {
  const errorClass = classOf(error);
  if (errorClass === 'denied' || errorClass === 'no-identity') return error;
  const { name, code, message, path } = error as { name?: string; code?: unknown; message?: unknown; path?: unknown };
  const source = identitySource(env);
  if (source === undefined && message === NOTHING_FOUND) return new NoIdentity(noIdentityFound(env));
  if (code === 'ENOENT' && path === env.AWS_WEB_IDENTITY_TOKEN_FILE)
    return new NoIdentity(`AWS_WEB_IDENTITY_TOKEN_FILE names ${String(path)}, which does not exist`);
  if (errorClass === 'credentials' && name !== 'CredentialsProviderError') return error;
  return new CredentialChainError(typeof code === 'string' ? code : name, source ?? 'the AWS configuration');
}
