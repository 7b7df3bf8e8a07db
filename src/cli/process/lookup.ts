import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { isLocalAddress } from '../../api/local-endpoints.js';

/** A name resolved to an address that a resource may not send a worker to. */
class LocalAddress extends Error {
  override readonly name = 'LocalAddress';
}

/**
 * Resolves a name like Node.js, and refuses addresses of this machine and its link. The operator refuses such an endpoint by its
 * host, but whoever owns a name decides what it resolves to, and may change that after it was looked at. A name with several
 * addresses is refused for one.
 */
export const lookupElsewhere: LookupFunction = (hostname, options, done) => {
  lookup(hostname, options, (error, found: string | { address: string }[] | undefined, family) => {
    const addresses = typeof found === 'string' ? [found] : (found ?? []).map(({ address }) => address);
    const local = error ? undefined : addresses.find(isLocalAddress);
    if (local === undefined) done(error, found as string, family);
    else
      done(
        new LocalAddress(
          `${hostname} resolves to ${local}, on the worker's own machine or link, where clouds serve credentials`,
        ),
        [],
      );
  });
};
