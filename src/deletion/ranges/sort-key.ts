/** A sort key's value as the SDK gives it. Numbers stay text: they have up to 38 digits. */
export type SortKeyValue = { S: string } | { N: string } | { B: Uint8Array };
