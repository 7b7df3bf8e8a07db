import { normalizeEndpoint } from './endpoints.js';

/**
 * Which endpoints lie on the worker's own machine, or on its network link, where clouds serve credentials to whoever asks. A
 * worker sent there would ask for its user what that user may not ask, and tell what it found.
 */

/** Networks that no DynamoDB is in. Sources: IANA's special-purpose registries, and the clouds' pages about their metadata services. */
export const LOCAL_NETWORKS = [
  '0.0.0.0/8', // this host
  '127.0.0.0/8', // loopback
  '169.254.0.0/16', // link-local: EC2's and most other metadata services, credentials of ECS and of EKS Pod Identity
  '100.100.100.200/32', // Alibaba Cloud's metadata
  '168.63.129.16/32', // Azure's agent on the host
  '192.0.0.192/32', // Oracle Cloud's metadata
  '::/96', // unspecified, loopback, and IPv4 addresses written as IPv6
  'fe80::/10', // link-local
  'fd00:ec2::/32', // EC2's metadata, credentials of EKS Pod Identity
  'fd20:ce::/64', // Google Cloud's metadata
  '64:ff9b::/104', // the networks above, through NAT64
  '64:ff9b::7f00:0/104',
  '64:ff9b::a9fe:0/112',
  '64:ff9b:1::/48', // the networks of a local NAT64, which may write any IPv4 address in any place
  '2002:7f00::/24', // loopback and link-local through 6to4
  '2002:a9fe::/32',
  '::ffff:0:0:0/96', // IPv4 addresses translated without state
] as const;

/** Names that resolve to such an address wherever they resolve: by /etc/hosts of a pod, or by the DNS of a cloud. */
export const LOCAL_NAMES = [
  'localhost',
  'localhost.localdomain',
  'ip6-localhost',
  'ip6-loopback',
  'metadata',
  'metadata.google.internal',
  'instance-data',
  'instance-data.ec2.internal',
  'metadata.tencentyun.com',
] as const;

/** IPv4 addresses as IPv6. Kubernetes' CEL does not read them as addresses at all, so the admission policy needs no row for them. */
const MAPPED = '::ffff:0:0/96';

/** Whether an endpoint is on the worker's own machine or link, as far as its host shows. Names are not looked up. */
export function isLocalEndpoint(endpoint: string): boolean {
  const normal = normalizeEndpoint(endpoint);
  if (normal === undefined) return false;
  const host = new URL(normal).hostname.replace(/\.$/, '');
  const bits = bitsOf(host);
  if (bits !== undefined) return isInLocalNetwork(bits);
  return host.endsWith('.localhost') || LOCAL_NAMES.some((name) => name === host);
}

/** Whether an address that a name was resolved to is on the worker's own machine or link. What is no address counts as one that is. */
export function isLocalAddress(address: string): boolean {
  const host = address.replace(/%.*$/, '');
  if (!URL.canParse(urlOf(host))) return true;
  const bits = bitsOf(new URL(urlOf(host)).hostname);
  return bits === undefined || isInLocalNetwork(bits);
}

const urlOf = (host: string): string => `http://${host.includes(':') ? `[${host}]` : host}`;

/** The family and the bits of an address, as the WHATWG URL parser writes it in a host; undefined where the host is a name. */
function bitsOf(host: string): string | undefined {
  const binary = (numbers: readonly number[], width: number): string =>
    numbers.map((number) => number.toString(2).padStart(width, '0')).join('');
  if (/^[0-9.]+$/.test(host)) return `4:${binary(host.split('.').map(Number), 8)}`;
  if (!host.startsWith('[')) return undefined;
  const [before = [], after = []] = host
    .slice(1, -1)
    .split('::')
    .map((part) => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16))));
  const zeros = Array<number>(8 - before.length - after.length).fill(0);
  return `6:${binary([...before, ...zeros, ...after], 16)}`;
}

const NETWORKS: readonly string[] = [...LOCAL_NETWORKS, MAPPED].map((network) => {
  const [address = '', length] = network.split('/');
  return bitsOf(new URL(urlOf(address)).hostname)!.slice(0, '4:'.length + Number(length));
});

const isInLocalNetwork = (bits: string): boolean => NETWORKS.some((prefix) => bits.startsWith(prefix));
