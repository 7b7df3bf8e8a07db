/** The maximum number of requests in one BatchWriteItem. Source: DynamoDB's API reference, BatchWriteItem. */
export const BATCH_ITEMS = 25;

/**
 * The maximum write units per second of a physical partition.
 * Source: DynamoDB's developer guide, "Designing partition keys to distribute your workload".
 */
export const PARTITION_WRITE_UNITS = 1000;

/** The maximum length of a key attribute, in bytes. Source: "Quotas in Amazon DynamoDB", partition key and sort key length. */
export const KEY_BYTES = { 'partition key': 2048, 'sort key': 1024 } as const;
