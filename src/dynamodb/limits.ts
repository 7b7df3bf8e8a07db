/** Requests that one BatchWriteItem takes. Source: DynamoDB's API reference, BatchWriteItem. */
export const BATCH_ITEMS = 25;

/**
 * What a physical partition takes, in write units a second.
 * Source: DynamoDB developer guide, "Designing partition keys to distribute your workload".
 */
export const PARTITION_WRITE_UNITS = 1000;
