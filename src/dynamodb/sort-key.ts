import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** A sort key's value as the SDK gives it. Numbers stay text: they have up to 38 digits. */
export type SortKeyValue = { S: string } | { N: string } | { B: Uint8Array };

/** The value in an attribute of a key, which has one of these types and no other. */
export const sortKey = (value: AttributeValue): SortKeyValue => value as SortKeyValue;

export const attribute = (key: SortKeyValue): AttributeValue => key as AttributeValue;
