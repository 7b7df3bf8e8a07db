export { FaultyDynamoDb, type FaultyDynamoDbOptions } from './proxy.js';
export { Limits, type TableLimits } from './limits.js';
export type { Fault, Rule } from './rules.js';
export { admit, type BucketOptions, TokenBucket } from './buckets.js';
export { accessDenied, internalServerError, serviceUnavailable } from './exceptions.js';
export { type Entry, mostWithin, traceOf, usageOf } from './records.js';
export { seeded, shuffled } from '../../random.js';
export type { Upstream, UpstreamAnswer } from './upstream.js';
export { itemSize } from './attributes.js';
