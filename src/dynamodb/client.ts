import { DescribeTableCommand, DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { AllowList } from '../api/allow-list.js';
import { DEFAULT_REGION } from '../api/names.js';
import { DUMMY_CREDENTIALS, mayHaveCredentials } from './credentials.js';
import { Failure } from '../api/failure.js';
import { credentialChain } from './credential-chain.js';

/** Of one request. Below the time for draining, so that what is in flight ends within it. */
const TIMEOUTS = { connectionTimeout: 5_000, requestTimeout: 15_000, throwOnRequestTimeout: true } as const;

/** What the SDK's own logging is called in a client's stack of middleware. */
export const SDK_LOGGER = 'loggerMiddleware';

export interface Destination {
  /** Absent: what the SDK's configuration says, else `DEFAULT_REGION`. */
  region?: string | undefined;
  /** Absent: what the SDK's configuration says, else AWS's own. */
  endpoint?: string | undefined;
  /** Endpoints besides AWS's own that may see real credentials. */
  trustedEndpoints: AllowList;
}

export interface Connection {
  client: Pick<DynamoDBClient, 'send'>;
  region: string;
  /** The endpoint that requests go to. */
  endpoint: string;
  /** Whether requests are signed with real credentials. */
  realCredentials: boolean;
  renewCredentials: () => void;
  close: () => void;
}

type Handler = Pick<
  NodeHttpHandler,
  'handle' | 'destroy' | 'metadata' | 'updateHttpClientConfig' | 'httpHandlerConfigs'
>;
type HandledRequest = Parameters<Handler['handle']>[0];

const urlOf = ({ protocol, hostname, port }: HandledRequest): string =>
  `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}`;

class Dialled extends Error {
  constructor(readonly endpoint: string) {
    super();
  }
}

/** A request was about to carry real credentials to a host that may not see them. */
class ForeignEndpoint extends Error {
  override readonly name = 'ForeignEndpoint';
}

/** The last step before the socket, so that it sees where the SDK really dials, and what it has signed. */
class Gate extends NodeHttpHandler {
  constructor(private readonly admits: (endpoint: string) => void) {
    super(TIMEOUTS);
  }

  override async handle(...[request, options]: Parameters<NodeHttpHandler['handle']>) {
    this.admits(urlOf(request));
    return super.handle(request, options);
  }
}

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
 * The endpoint that the SDK dials with this configuration: environment, shared configuration files and dual-stack, FIPS or
 * account-id rules included. Asks nobody and sends nothing.
 */
async function dialledEndpoint(config: DynamoDBClientConfig): Promise<string> {
  try {
    return await dialledWith(config, DUMMY_CREDENTIALS);
  } catch {
    // Account-id endpoints may be required: then the rules want an account.
    return dialledWith(config, { ...DUMMY_CREDENTIALS, accountId: '000000000000' });
  }
}

async function dialledWith(
  config: DynamoDBClientConfig,
  credentials: { accessKeyId: string; secretAccessKey: string; accountId?: string },
): Promise<string> {
  const requestHandler = new Gate((endpoint) => {
    throw new Dialled(endpoint);
  });
  const probe = new DynamoDBClient({ ...config, credentials, requestHandler });
  try {
    await probe.send(new DescribeTableCommand({ TableName: 'none' }));
  } catch (error) {
    if (error instanceof Dialled) return error.endpoint;
    const why = error instanceof Error ? error.message : String(error);
    throw new Failure('InvalidTarget', `the AWS configuration gives no endpoint: ${why}`);
  } finally {
    probe.destroy();
  }
  throw new Error('the SDK dialled nothing');
}

/**
 * A client whose requests carry real credentials only to AWS's own DynamoDB and to trusted endpoints. Towards any other it
 * signs with fixed dummy credentials and never asks the SDK's credential chain.
 */
export async function connect({ region: asked, endpoint, trustedEndpoints }: Destination): Promise<Connection> {
  const region = asked ?? (await configuredRegion());
  const config: DynamoDBClientConfig = {
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    maxAttempts: 1,
    endpointDiscoveryEnabled: false,
  };
  const dialled = await dialledEndpoint(config);
  if (/\.dax-clusters\./.test(dialled))
    throw new Failure('InvalidTarget', 'the endpoint is a DAX cluster, which does not speak DynamoDB over HTTP');
  const realCredentials = mayHaveCredentials(dialled, region, trustedEndpoints);
  const guard = (to: string): void => {
    if (realCredentials && !mayHaveCredentials(to, region, trustedEndpoints))
      throw new ForeignEndpoint(`${to} is neither AWS's own DynamoDB in ${region} nor trusted`);
  };
  const build = (): DynamoDBClient => {
    const client = new DynamoDBClient({
      ...config,
      credentials: realCredentials ? credentialChain(region, TIMEOUTS) : DUMMY_CREDENTIALS,
      requestHandler: new Gate(guard),
    });
    // It copies each request and answer, key values and all, for a logger that is not there: a tenth of the processor's time.
    client.middlewareStack.remove(SDK_LOGGER);
    return client;
  };
  let current = build();
  const send = (...args: Parameters<DynamoDBClient['send']>): unknown => current.send(...args);
  return {
    client: { send: send as DynamoDBClient['send'] },
    region,
    endpoint: dialled,
    realCredentials,
    // A new client has a new chain: the SDK keeps credentials without an expiration for ever.
    renewCredentials: () => {
      if (realCredentials) current = build();
    },
    close: () => current.destroy(),
  };
}
