export { FaultyDynamoDb, type FaultyDynamoDbOptions, type Received } from './proxy.js';
export { Limits, type TableLimits } from './limits.js';
export type { Fault, Rule, Seen } from './rules.js';
export { admit, type BucketOptions, type Reason, TokenBucket } from './buckets.js';
export {
  accessDenied,
  continuousBackups,
  exception,
  internalServerError,
  serviceUnavailable,
  throttled,
  THROTTLING_EXCEPTIONS,
} from './exceptions.js';
export { type Entry, mostWithin, traceOf, usageOf } from './records.js';
export { seeded, shuffled } from '../../random.js';
export type { Upstream, UpstreamAnswer } from './upstream.js';
export { compareKeys, itemSize } from './attributes.js';
