import { escapeRegExp } from './patterns.js';

/**
 * Which hosts are AWS's own DynamoDB and STS. Both programs check this: the worker before it signs with real credentials, and the
 * operator before it allows a Secret in a Job.
 */

/** Region prefix → the DNS suffixes of its partition, plain and dual-stack. Source: botocore's partitions.json. */
const PARTITIONS: readonly { regions: RegExp; suffixes: readonly string[] }[] = [
  { regions: /^cn-/, suffixes: ['amazonaws.com.cn', 'api.amazonwebservices.com.cn'] },
  { regions: /^us-gov-/, suffixes: ['amazonaws.com', 'api.aws'] },
  { regions: /^us-isob-/, suffixes: ['sc2s.sgov.gov', 'api.aws.scloud'] },
  { regions: /^us-isof-/, suffixes: ['csp.hci.ic.gov', 'api.aws.hci.ic.gov'] },
  { regions: /^us-iso-/, suffixes: ['c2s.ic.gov', 'api.aws.ic.gov'] },
  { regions: /^eu-isoe-/, suffixes: ['cloud.adc-e.uk', 'api.cloud-aws.adc-e.uk'] },
  { regions: /^eusc-/, suffixes: ['amazonaws.eu', 'api.amazonwebservices.eu'] },
  { regions: /^/, suffixes: ['amazonaws.com', 'api.aws'] },
];

/**
 * Whether `endpoint` is a DynamoDB endpoint of AWS in `region`: https, the default port and a host that, as the WHATWG URL
 * parser returns it, matches one of AWS's forms in full. `*.amazonaws.com` is not enough: anyone can have a host there.
 */
export function isAwsDynamoDb(endpoint: string, region: string): boolean {
  return isHost(endpoint, region, {
    direct: '(?:dynamodb|dynamodb-fips|[0-9]{12}\\.ddb)',
    privateLink: 'dynamodb(?:-fips)?',
  });
}

/** Whether `endpoint` is AWS STS: that of a region, or the global one, which the SDK uses for some regions if told to. */
export function isAwsSts(endpoint: string): boolean {
  if (normalizeEndpoint(endpoint) === 'https://sts.amazonaws.com') return true;
  const [, region = ''] = /(?:^|\.)sts(?:-fips)?\.([a-z0-9-]+)\./.exec(hostOf(endpoint) ?? '') ?? [];
  return region !== '' && isHost(endpoint, region, { direct: 'sts(?:-fips)?', privateLink: 'sts(?:-fips)?' });
}

/** The host of an https URL on the default port; undefined for all others. */
function hostOf(endpoint: string): string | undefined {
  if (!URL.canParse(endpoint)) return undefined;
  const { protocol, port, username, password, hostname } = new URL(endpoint);
  return protocol === 'https:' && port === '' && username === '' && password === '' ? hostname : undefined;
}

/** Whether an endpoint is of a service in this region, named as these patterns say. */
function isHost(endpoint: string, region: string, service: { direct: string; privateLink: string }): boolean {
  const host = hostOf(endpoint);
  const partition = PARTITIONS.find(({ regions }) => regions.test(region));
  if (host === undefined || !partition) return false;
  const r = escapeRegExp(region);
  const suffix = `(?:${partition.suffixes.map(escapeRegExp).join('|')})`;
  const direct = new RegExp(`^${service.direct}\\.${r}\\.${suffix}$`);
  const privateLink = new RegExp(`^vpce-[a-z0-9-]+\\.${service.privateLink}\\.${r}\\.vpce\\.${suffix}$`);
  return direct.test(host) || privateLink.test(host);
}

/** The endpoint as the WHATWG parser writes it, without a trailing slash; undefined where it cannot be parsed. */
export function normalizeEndpoint(endpoint: string): string | undefined {
  try {
    const url = new URL(endpoint);
    return `${url.protocol}//${url.host}${url.pathname === '/' ? '' : url.pathname}`;
  } catch {
    return undefined;
  }
}
