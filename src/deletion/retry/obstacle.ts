import { type ErrorClass, isAnswer, nameOf } from '../../dynamodb/errors.js';

/** Why the worker has not reached its table yet, in words for a person. Never an error's own message, except where it has no key. */
export function obstacleOf(errorClass: ErrorClass, error: unknown, where: string): string {
  const name = nameOf(error);
  switch (errorClass) {
    case 'no-identity':
      return `no AWS credentials: ${messageOf(error)}`;
    case 'credentials':
      return `no AWS credentials yet: ${credentialsHint(error)}`;
    case 'denied':
      return `AWS denies access so far: ${name}${deniedHint(error)}`;
    case 'not-sent':
      return `no connection to ${where}: ${name}`;
    default:
      return isAnswer(error) ? `${where} answers with an error: ${name}` : `no answer from ${where}: ${name}`;
  }
}

/** Which source has none, and the error's name. */
export function credentialsHint(error: unknown): string {
  return [messageOf(error), nameOf(error)].filter((text) => text !== '').join(': ');
}

/** The message of an error of our own credential chain; the SDK's own are left out. */
function messageOf(error: unknown): string {
  const { name, message, code } = error as { name?: unknown; message?: unknown; code?: unknown };
  const isOurs = name === 'NoIdentity' || (name === 'CredentialsProviderError' && code !== undefined);
  return isOurs && typeof message === 'string' ? message : '';
}

/** The server's message about a denial names the caller, the action and the resource, but never a key. */
export function deniedHint(error: unknown): string {
  const { name, message } = error as { name?: unknown; message?: unknown };
  if (typeof name === 'string' && /^RegionDisabled/.test(name))
    return ': an administrator has to activate STS in this region for the account';
  return typeof message === 'string' && /^User: /.test(message) ? `: ${message.slice(0, 600)}` : '';
}
