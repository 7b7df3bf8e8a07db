import { DescribeTableCommand, DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { NodeHttpHandler, type NodeHttpHandlerOptions } from '@smithy/node-http-handler';
import type { AllowList } from '../api/allow-list.js';
import { isLocalEndpoint } from '../api/local-endpoints.js';
import { DEFAULT_REGION } from '../api/names.js';
import type { RequestPath } from '../api/worker.js';
import { DUMMY_CREDENTIALS, mayHaveCredentials } from './credentials.js';
import { Failure } from '../api/failure.js';
import { type CredentialChain, credentialChain, type Surroundings } from './credential-chain.js';
import { Flight } from './flight.js';
import { fastSend, Recorder } from './fast-path/fast-path.js';
import type { Env } from './identity-sources.js';
import { proxyAgent } from './proxy.js';
import { type Built, RenewableClient } from './renewable-client.js';
import { urlOf } from './request-url.js';
import { whole } from './whole-answer.js';

/** The SDK's timeouts of one request, in milliseconds. They end at the headers of its answer; `Flight` bounds the whole. */
const TIMEOUTS = { connectionTimeout: 5_000, requestTimeout: 15_000, throwOnRequestTimeout: true } as const;

/** The name of the SDK's own logging in a client's middleware stack. */
export const SDK_LOGGER = 'loggerMiddleware';

type AgentOptions = Exclude<NonNullable<NodeHttpHandlerOptions['httpAgent']>, { destroy: unknown }>;
type Lookup = NonNullable<AgentOptions['lookup']>;

export interface Destination {
  /** Defaults to the region in the SDK's configuration, or else to `DEFAULT_REGION`. */
  region?: string | undefined;
  /** Defaults to the endpoint in the SDK's configuration, or else to AWS's own. */
  endpoint?: string | undefined;
  /** Endpoints besides AWS's own that may receive real credentials. */
  trustedEndpoints: AllowList;
  /** Undefined while no write may be sent; else aborts when those in flight must be given up. Absent: writes are always admitted. */
  writeSignal?: (() => AbortSignal | undefined) | undefined;
  /** Aborts when the worker is told to stop: then nothing is waited for any longer, except for writes in flight. */
  stopping?: AbortSignal | undefined;
  /**
   * Resolves the name of an endpoint that is neither trusted nor, by its host, on this machine: such an address was asked for as
   * it is, and not by somebody's name. Absent: as Node.js does.
   */
  lookup?: Lookup | undefined;
  /** How the requests that a deletion repeats are made. Defaults to `fast`. */
  requestPath?: RequestPath | undefined;
  surroundings: Surroundings;
}

export interface Connection {
  client: Pick<DynamoDBClient, 'send'>;
  region: string;
  /** The endpoint that requests go to. */
  endpoint: string;
  /** Whether requests are signed with real credentials. */
  realCredentials: boolean;
  /** Discards the credentials, so that the next request obtains new ones. */
  renewCredentials: () => void;
  close: () => void;
}

/** A write was not sent, because no write may be sent now. */
class WriteNotAdmitted extends Error {
  override readonly name = 'WriteNotAdmitted';
}

/** There was no connection in time, so nothing was sent. */
class NotConnectedInTime extends Error {
  override readonly name = 'NotConnectedInTime';
}

/** Writes at once, a read for each range, and probes: with the SDK's 50, requests of many ranges would wait for each other. */
const MOST_SOCKETS = 128;

/** The header `x-amz-target` of requests that write nothing. All others count as writes. */
const READ = /\.(Describe\w+|ListTagsOfResource|Query)$/;

/** Carries the endpoint out of a request that was stopped before it reached a socket. */
class Dialed extends Error {
  constructor(readonly endpoint: string) {
    super();
  }
}

/** A request would have carried real credentials to a host that must not receive them. */
class ForeignEndpoint extends Error {
  override readonly name = 'ForeignEndpoint';
}

/**
 * Checks each request against the address that the SDK is actually about to send it to: nothing comes between this and the
 * socket. `admits` throws if a request must not be sent.
 */
class Gate extends NodeHttpHandler {
  constructor(
    private readonly admits: (endpoint: string) => void,
    private readonly writeSignal?: Destination['writeSignal'],
    { env, lookup }: { env?: Env; lookup?: Lookup | undefined } = {},
  ) {
    const options = { maxSockets: MOST_SOCKETS, ...(lookup && { lookup }) };
    super({ ...TIMEOUTS, httpAgent: options, httpsAgent: proxyAgent(env ?? {}, options) ?? options });
  }

  override async handle(...[request, options]: Parameters<NodeHttpHandler['handle']>) {
    this.admits(urlOf(request));
    const flight = Flight.of(options?.abortSignal);
    const writes = !READ.test(request.headers['x-amz-target'] ?? '');
    if (this.writeSignal && writes) {
      // Credentials may have been waited for since the deletion asked whether it may write.
      const admitted = this.writeSignal();
      if (!admitted) throw new WriteNotAdmitted();
      flight?.follow(admitted);
    }
    flight?.leaves(writes);
    try {
      return await super.handle(request, options);
    } catch (error) {
      throw hadNoConnection(error) ? new NotConnectedInTime() : error;
    }
  }
}

/** The SDK gives the time-out of a connection the name of the one for an answer, after which a write may have been carried out. */
const hadNoConnection = (error: unknown): boolean =>
  error instanceof Error && error.name === 'TimeoutError' && error.message.includes('did not establish a connection');

/** AWS_REGION or the profile's region. Source: the SDK's own configuration loader. */
async function configuredRegion(): Promise<string> {
  const probe = new DynamoDBClient({});
  try {
    return await probe.config.region();
  } catch {
    return DEFAULT_REGION;
  } finally {
    probe.destroy();
  }
}

/**
 * The endpoint that the SDK contacts with this configuration, including the environment, the shared configuration files and the
 * rules for dual-stack, FIPS and account-based endpoints. Sends nothing.
 */
async function dialedEndpoint(config: DynamoDBClientConfig): Promise<string> {
  try {
    return await dialedWith(config, DUMMY_CREDENTIALS);
  } catch {
    // If account-based endpoints are required, the rules need an account.
    return dialedWith(config, { ...DUMMY_CREDENTIALS, accountId: '000000000000' });
  }
}

async function dialedWith(
  config: DynamoDBClientConfig,
  credentials: { accessKeyId: string; secretAccessKey: string; accountId?: string },
): Promise<string> {
  const requestHandler = new Gate((endpoint) => {
    throw new Dialed(endpoint);
  });
  const probe = new DynamoDBClient({ ...config, credentials, requestHandler });
  try {
    await probe.send(new DescribeTableCommand({ TableName: 'none' }));
  } catch (error) {
    if (error instanceof Dialed) return error.endpoint;
    const why = error instanceof Error ? error.message : String(error);
    throw new Failure('InvalidTarget', `the AWS configuration does not give an endpoint: ${why}`);
  } finally {
    probe.destroy();
  }
  throw new Error('the SDK did not send a request');
}

/** Refuses to send real credentials to an endpoint that must not receive them. */
const guard =
  (region: string, trusted: AllowList) =>
  (endpoint: string): void => {
    if (!mayHaveCredentials(endpoint, region, trusted))
      throw new ForeignEndpoint(`${endpoint} is neither AWS's own DynamoDB in ${region} nor trusted`);
  };

/**
 * A client for one endpoint, by the fast path or by the SDK alone.
 *
 * @param chain - where its credentials come from; absent: the requests are signed with the dummy credentials
 */
function build(
  config: DynamoDBClientConfig,
  gate: Gate,
  chain: CredentialChain | undefined,
  requestPath: RequestPath = 'fast',
): Built {
  const recorder = new Recorder(gate);
  const credentials = chain?.provide ?? DUMMY_CREDENTIALS;
  const client = new DynamoDBClient({ ...config, credentials, requestHandler: recorder });
  // It copies each request and response, including key values, for a logger that does not exist: a tenth of the CPU time.
  client.middlewareStack.remove(SDK_LOGGER);
  return {
    send: requestPath === 'sdk' ? client.send.bind(client) : fastSend(client, recorder),
    destroy: () => {
      client.destroy();
      chain?.destroy();
    },
  };
}

/**
 * A client that sends real credentials only to AWS's own DynamoDB and to trusted endpoints. Requests to any other endpoint are
 * signed with fixed dummy credentials, and the SDK's credential chain is never used.
 */
export async function connect(destination: Destination): Promise<Connection> {
  const { endpoint, trustedEndpoints, writeSignal, stopping, lookup, requestPath, surroundings } = destination;
  const region = destination.region ?? (await configuredRegion());
  const config: DynamoDBClientConfig = {
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    maxAttempts: 1,
    endpointDiscoveryEnabled: false,
  };
  const dialed = await dialedEndpoint(config);
  if (/\.dax-clusters\./.test(dialed))
    throw new Failure('InvalidTarget', 'the endpoint is a DAX cluster, which does not speak DynamoDB over HTTP');
  const realCredentials = mayHaveCredentials(dialed, region, trustedEndpoints);
  const { env } = surroundings;
  const gate = (): Gate =>
    realCredentials
      ? new Gate(guard(region, trustedEndpoints), writeSignal, { env })
      : new Gate(() => {}, writeSignal, { env, lookup: isLocalEndpoint(dialed) ? undefined : lookup });
  const clients = new RenewableClient(() =>
    build(config, gate(), realCredentials ? credentialChain(region, TIMEOUTS, surroundings) : undefined, requestPath),
  );
  const send = async (command: Parameters<DynamoDBClient['send']>[0]): Promise<unknown> => {
    const answer = await clients.use((client) =>
      Flight.send((abortSignal) => client.send(command, { abortSignal }), surroundings.after, stopping),
    );
    return whole(command, answer);
  };
  return {
    client: { send: send as DynamoDBClient['send'] },
    region,
    endpoint: dialed,
    realCredentials,
    // A new client has a new chain: the SDK keeps credentials without an expiry forever.
    renewCredentials: () => {
      if (realCredentials) clients.renew();
    },
    close: () => clients.close(),
  };
}
