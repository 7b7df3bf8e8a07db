import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface FakeSts {
  url: string;
  /** The bodies of all requests, as form parameters. */
  received: URLSearchParams[];
  close: () => void;
}

/** The credentials that the stand-in returns. */
export const ROLE_CREDENTIALS = { accessKeyId: 'ASIAROLEROLEROLEROLE', sessionToken: 'roleSessionToken' } as const;

export interface Refusal {
  status: number;
  code: string;
}

/** Judges a request, given as form parameters. */
type Judge = (parameters: URLSearchParams) => Promise<Refusal | undefined>;

/**
 * A stand-in for AWS STS that answers AssumeRoleWithWebIdentity and AssumeRole, or refuses. Source: the STS API reference.
 * @param refuse how to refuse everything, or what decides
 * @param host at which others than this machine reach it, if they should
 */
export async function fakeSts(refuse?: Refusal | Judge, host?: string): Promise<FakeSts> {
  const judge: Judge = typeof refuse === 'function' ? refuse : async () => refuse;
  const received: URLSearchParams[] = [];
  const server = createServer((request, response) => {
    void text(request).then(async (body) => {
      const parameters = new URLSearchParams(body);
      received.push(parameters);
      const refusal = await judge(parameters);
      response.writeHead(refusal?.status ?? 200, { 'content-type': 'text/xml' });
      response.end(refusal ? refusalOf(refusal.code) : answerTo(parameters.get('Action') ?? ''));
    });
  });
  server.listen(0, host === undefined ? '127.0.0.1' : '0.0.0.0');
  await once(server, 'listening');
  return {
    url: `http://${host ?? '127.0.0.1'}:${(server.address() as AddressInfo).port}`,
    received,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

const answerTo = (action: string): string => `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <${action}Result>
    <AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/worker/x</Arn><AssumedRoleId>AROA:x</AssumedRoleId></AssumedRoleUser>
    <Credentials>
      <AccessKeyId>${ROLE_CREDENTIALS.accessKeyId}</AccessKeyId>
      <SecretAccessKey>roleSecretAccessKey</SecretAccessKey>
      <SessionToken>${ROLE_CREDENTIALS.sessionToken}</SessionToken>
      <Expiration>2099-01-01T00:00:00Z</Expiration>
    </Credentials>
  </${action}Result>
  <ResponseMetadata><RequestId>1</RequestId></ResponseMetadata>
</${action}Response>`;

const refusalOf = (code: string): string => `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <Error><Type>Sender</Type><Code>${code}</Code><Message>refused by the stand-in</Message></Error>
  <RequestId>1</RequestId>
</ErrorResponse>`;
