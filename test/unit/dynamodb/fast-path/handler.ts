import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { HttpRequest } from '@smithy/core/protocols';
import { Readable } from 'node:stream';
import { type Handler, Recorder } from '../../../../src/dynamodb/fast-path/fast-path.js';

export type Request = HttpRequest;

export interface Reply {
  statusCode: number;
  headers?: Record<string, string>;
  body: string;
}

export const OK: Reply = { statusCode: 200, body: '{}' };

/** A request handler without a network: it keeps what it is given, and answers as it is told. */
class Scripted implements Handler {
  readonly metadata = { handlerProtocol: 'http/1.1' };
  readonly requests: Request[] = [];
  reply: Reply | Error = OK;

  async handle(request: Request) {
    this.requests.push(HttpRequest.clone(request));
    if (this.reply instanceof Error) throw this.reply;
    const { statusCode, headers = {}, body } = this.reply;
    return { response: { statusCode, headers, body: Readable.from([Buffer.from(body)]) } };
  }

  get last(): Request {
    return this.requests.at(-1)!;
  }

  destroy(): void {}
  updateHttpClientConfig(): void {}
  httpHandlerConfigs = (): ReturnType<Handler['httpHandlerConfigs']> => ({});
}

export const CREDENTIALS = { accessKeyId: 'AKIAFIRST', secretAccessKey: 'first secret', sessionToken: 'first token' };

/** An SDK client over a scripted handler. */
export function client(credentials: () => Promise<typeof CREDENTIALS> = async () => CREDENTIALS) {
  const handler = new Scripted();
  const recorder = new Recorder(handler);
  const sdk = new DynamoDBClient({
    region: 'eu-central-1',
    credentials,
    requestHandler: recorder,
    maxAttempts: 1,
    endpointDiscoveryEnabled: false,
  });
  return { handler, recorder, sdk };
}
