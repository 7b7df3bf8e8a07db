/** Requests that one BatchWriteItem takes. Source: DynamoDB's API reference, BatchWriteItem. */
export const BATCH_ITEMS = 25;

/**
 * Write units a second that a physical partition takes.
 * Source: DynamoDB's developer guide, "Designing partition keys to distribute your workload".
 */
export const PARTITION_WRITE_UNITS = 1000;

/** Longest value of a key attribute, in bytes. Source: "Quotas in Amazon DynamoDB", partition key and sort key length. */
export const KEY_BYTES = { 'partition key': 2048, 'sort key': 1024 } as const;
