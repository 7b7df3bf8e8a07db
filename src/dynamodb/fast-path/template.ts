import { HttpRequest } from '@smithy/core/protocols';
import type { Operation } from './request-body.js';

/** A request that the SDK has sent, to be repeated with another body. */
export interface Template {
  operation: Operation;
  /** Who signed it: with other credentials the endpoint may be another one. */
  accessKeyId: string;
  signingRegion: string;
  signingName: string;
  /** A request with this body and an id of its own, without a signature. */
  requestWith(body: string): HttpRequest;
}

const TARGET = /^DynamoDB_20120810\.(Query|BatchWriteItem|DeleteItem)$/;

/** Source: "Create a signed AWS API request" in the IAM user guide. */
const SIGNATURE = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request, /;

/** What the signer adds to each request. It keeps `x-amz-content-sha256` where it finds one, so none may be left. */
const SIGNED = ['authorization', 'x-amz-content-sha256', 'x-amz-date', 'x-amz-security-token'];

const INVOCATION_ID = 'amz-sdk-invocation-id';

/** The template of a signed request; undefined if it is none of the three operations, or signed in another way. */
export function templateOf(request: HttpRequest): Template | undefined {
  const operation = TARGET.exec(request.headers['x-amz-target'] ?? '')?.[1] as Operation | undefined;
  const [, accessKeyId, signingRegion, signingName] = SIGNATURE.exec(request.headers.authorization ?? '') ?? [];
  if (!operation || !accessKeyId || !signingRegion || !signingName) return undefined;
  const unsigned = Object.fromEntries(Object.entries(request.headers).filter(([name]) => !SIGNED.includes(name)));
  const { method, protocol, hostname, port, path, query } = request;
  const firstId = request.headers[INVOCATION_ID];
  let count = 0;
  return {
    operation,
    accessKeyId,
    signingRegion,
    signingName,
    requestWith(body) {
      const headers: Record<string, string> = { ...unsigned, 'content-length': String(Buffer.byteLength(body)) };
      if (firstId !== undefined) headers[INVOCATION_ID] = countedUp(firstId, ++count);
      return new HttpRequest({ method, protocol, hostname, ...(port && { port }), path, query, headers, body });
    },
  };
}

/** Another UUID: the last group of twelve hexadecimal digits, counted up. */
function countedUp(uuid: string, by: number): string {
  const last = uuid.lastIndexOf('-') + 1;
  const counted = (Number.parseInt(uuid.slice(last), 16) + by) % 2 ** 48;
  return uuid.slice(0, last) + counted.toString(16).padStart(12, '0');
}
