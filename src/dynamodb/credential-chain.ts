import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { NodeHttpHandler, type NodeHttpHandlerOptions } from '@smithy/node-http-handler';
import { classOf } from './errors.js';

/** The chain provided no credentials, for a reason that says nothing about DynamoDB's own endpoint. */
class CredentialChainError extends Error {
  /** The SDK's own name for this error, so that one row in the table of errors covers both. */
  override readonly name = 'CredentialsProviderError';

  /** @param code - name of the underlying error */
  constructor(readonly code: string | undefined) {
    super('no credentials');
  }
}

/**
 * The SDK's default credential chain (environment, IRSA, Pod Identity, profiles, ...), with a separate request handler. The
 * SDK would pass the DynamoDB client's handler to its STS and Sign-In clients, and that handler refuses every host except
 * DynamoDB's. Sources: `parentClientConfig.requestHandler` in `@aws-sdk/nested-clients`, submodule sts, and
 * `callerClientConfig.requestHandler` in `@aws-sdk/credential-provider-login`, which looks nowhere else.
 *
 * It rejects if the identity was refused or there are no credentials, never because of DynamoDB's endpoint.
 */
export function credentialChain(region: string, timeouts: NodeHttpHandlerOptions): ReturnType<typeof defaultProvider> {
  const requestHandler = new NodeHttpHandler(timeouts);
  const chain = defaultProvider({ parentClientConfig: { region, requestHandler } });
  return async (options) => {
    const callerClientConfig = {
      region: () => Promise.resolve(region),
      ...options?.callerClientConfig,
      requestHandler,
    };
    try {
      return await chain({ ...options, callerClientConfig });
    } catch (error) {
      const errorClass = classOf(error);
      if (errorClass === 'denied' || errorClass === 'credentials') throw error;
      const { name, code } = error as { name?: string; code?: unknown };
      throw new CredentialChainError(typeof code === 'string' ? code : name);
    }
  };
}
