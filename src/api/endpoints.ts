import { escapeRegExp } from './patterns.js';

/**
 * Which hosts are AWS's own DynamoDB. Both programs check this: the worker before it signs with real credentials, and the
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
  let url: URL;
  try {
    url = new URL(endpoint);
  } catch {
    return false;
  }
  if (url.protocol !== 'https:' || url.port !== '' || url.username !== '' || url.password !== '') return false;
  const partition = PARTITIONS.find(({ regions }) => regions.test(region));
  if (!partition) return false;
  const r = escapeRegExp(region);
  const suffix = `(?:${partition.suffixes.map(escapeRegExp).join('|')})`;
  const direct = new RegExp(`^(?:dynamodb|dynamodb-fips|[0-9]{12}\\.ddb)\\.${r}\\.${suffix}$`);
  const privateLink = new RegExp(`^vpce-[a-z0-9-]+\\.dynamodb\\.${r}\\.vpce\\.${suffix}$`);
  return direct.test(url.hostname) || privateLink.test(url.hostname);
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
