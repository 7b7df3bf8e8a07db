import type { HttpRequest } from '@smithy/core/protocols';

/** Where a request goes: protocol, host and port, without path or query. */
export const urlOf = ({ protocol, hostname, port }: Pick<HttpRequest, 'protocol' | 'hostname' | 'port'>): string =>
  `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}`;
