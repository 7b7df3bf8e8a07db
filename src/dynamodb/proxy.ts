import { Agent } from 'node:https';
import { BlockList, isIP, Socket } from 'node:net';
import { HttpsProxyAgent, type HttpsProxyAgentOptions } from 'hpagent';
import { Failure } from '../api/failure.js';
import type { Env } from './identity-sources.js';

/** The proxy did not connect the worker with a host. Nothing was sent to that host. */
class ProxyFailed extends Error {
  override readonly name = 'ProxyFailed';

  constructor(readonly code: string) {
    super();
  }
}

/** How long a proxy may take to connect, in milliseconds: as long as a host. The SDK gives up then, but does not close its connection. */
const CONNECT_MS = 5_000;

type Connect = Agent['createConnection'];

/** Asks the proxy for a tunnel to each host, except for those of NO_PROXY. */
class ProxyingAgent extends HttpsProxyAgent {
  constructor(
    options: HttpsProxyAgentOptions,
    private readonly isDirect: (host: string, port: number) => boolean,
  ) {
    super(options);
  }

  override createConnection(...[options, done]: Parameters<Connect>): ReturnType<Connect> {
    if (this.isDirect(options.host ?? '', Number(options.port ?? 443)))
      return Agent.prototype.createConnection.call(this, options, done);
    super.createConnection({ ...options, timeout: CONNECT_MS }, (error, socket) => {
      // A time-out is of the tunnel's making only, and not of what goes through it.
      if (socket instanceof Socket) socket.setTimeout(0);
      done?.(error && new ProxyFailed(whatFailed(error)), socket);
    });
    return undefined;
  }
}

/** The error's code, or the status that the proxy answered with. Its message may hold more. */
function whatFailed(error: Error & { code?: unknown }): string {
  const [, status] = /^Bad response: (\d+)$/.exec(error.message) ?? [];
  if (status !== undefined) return `HTTP ${status} from the proxy`;
  return `${typeof error.code === 'string' ? error.code : error.message} from the proxy`;
}

/** As in Go, the first that is not empty. */
const variable = (env: Env, name: string): string => env[name] || env[name.toLowerCase()] || '';

/**
 * The agent for https that HTTPS_PROXY asks for; undefined if it is not set. Plain http is never sent to a proxy.
 *
 * @throws Failure if HTTPS_PROXY is not the URL of a proxy
 */
export function proxyAgent(env: Env, options: Omit<HttpsProxyAgentOptions, 'proxy'>): Agent | undefined {
  const url = variable(env, 'HTTPS_PROXY');
  if (url === '') return undefined;
  const proxy = url.includes('://') ? url : `http://${url}`;
  if (!URL.canParse(proxy) || !/^https?:$/.test(new URL(proxy).protocol))
    throw new Failure('InvalidTarget', 'HTTPS_PROXY is not the URL of a proxy, such as http://proxy.example:3128');
  if (!canDecode(proxy))
    throw new Failure('InvalidTarget', 'a % in the user or password of HTTPS_PROXY must be written as %25');
  return new ProxyingAgent(
    { keepAlive: true, maxSockets: 50, ...options, proxy: withoutBrackets(new URL(proxy)) },
    directHosts(variable(env, 'NO_PROXY')),
  );
}

function canDecode(proxy: string): boolean {
  const { username, password } = new URL(proxy);
  try {
    decodeURIComponent(username);
    decodeURIComponent(password);
    return true;
  } catch {
    return false;
  }
}

/** hpagent connects to the URL's `hostname`, in which an IPv6 address has brackets that no connection takes. */
function withoutBrackets(url: URL): URL {
  Object.defineProperty(url, 'hostname', { value: url.hostname.replace(/^\[|\]$/g, '') });
  return url;
}

/**
 * Which hosts NO_PROXY names. The rules are Go's, so that a cluster's value means here what it means to its other programs: `*`,
 * addresses, networks, names (which cover their subdomains), `.name` (subdomains only), each with or without a port; this machine is
 * always direct. Source: golang.org/x/net/http/httpproxy.
 */
export function directHosts(noProxy: string): (host: string, port: number) => boolean {
  const entries = noProxy
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .filter((entry) => entry !== '')
    .map(entryOf);
  return (host, port) => {
    const name = host.toLowerCase().replace(/^\[|\]$|\.$/g, '');
    if (name === 'localhost' || isIn(LOOPBACK, name)) return true;
    return entries.some((entry) => (entry.port === undefined || entry.port === port) && entry.covers(name));
  };
}

interface Entry {
  port: number | undefined;
  covers: (host: string) => boolean;
}

const LOOPBACK = networks('127.0.0.0/8', '::1/128');

function entryOf(text: string): Entry {
  if (text === '*') return { port: undefined, covers: () => true };
  if (text.includes('/')) return { port: undefined, covers: within(text) };
  const [, host = text, port] = isIP(text) ? [] : (/^\[?(.*?)\]?(?::(\d+))?$/.exec(text) ?? []);
  return { port: port === undefined ? undefined : Number(port), covers: isIP(host) ? within(host) : named(host) };
}

/** A network that cannot be read covers nothing. */
function within(network: string): (host: string) => boolean {
  try {
    const list = networks(network);
    return (host) => isIn(list, host);
  } catch {
    return () => false;
  }
}

function networks(...all: string[]): BlockList {
  const list = new BlockList();
  for (const network of all) {
    const [address = '', length] = network.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    list.addSubnet(address, Number(length ?? (family === 'ipv6' ? 128 : 32)), family);
  }
  return list;
}

const isIn = (list: BlockList, host: string): boolean =>
  isIP(host) !== 0 && list.check(host, isIP(host) === 6 ? 'ipv6' : 'ipv4');

function named(entry: string): (host: string) => boolean {
  const [, onlyBelow, domain = ''] = /^(\*?\.)?(.*)$/.exec(entry) ?? [];
  return (host) => host.endsWith(`.${domain}`) || (onlyBelow === undefined && host === domain);
}
