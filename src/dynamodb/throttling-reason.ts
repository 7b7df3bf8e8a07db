/** What a throttling reason applies to: the flows that share a partition, every write to the table, or reads. */
export type Scope = 'group' | 'table' | 'read';

/**
 * Source: "Diagnosing throttling" in DynamoDB's developer guide: a reason is named
 * {Table|Index}{Read|Write}{the limit that was exceeded}Exceeded.
 */
const REASON =
  /^(?:Table|Index)(Read|Write)(ProvisionedThroughput|AccountLimit|KeyRangeThroughput|MaxOnDemandThroughput)Exceeded$/;

/**
 * The scope of a reason; undefined if the reason is unknown. An index that lacks capacity slows the whole table, as do the
 * table's and the account's own limits.
 */
export function scopeOf(reason: string): Scope | undefined {
  const [, direction, limit] = REASON.exec(reason) ?? [];
  if (direction === undefined) return undefined;
  if (direction === 'Read') return 'read';
  return limit === 'KeyRangeThroughput' && reason.startsWith('Table') ? 'group' : 'table';
}

const SHARED = /^(?:Table|Index)Write(?:ProvisionedThroughput|AccountLimit|MaxOnDemandThroughput)Exceeded$/;

/** Whether everybody who writes to the table is refused with this reason, and not only who writes to one physical partition. */
export const namesSharedCapacity = (reason: string): boolean => SHARED.test(reason);

interface WithReasons {
  ThrottlingReasons?: unknown;
  throttlingReasons?: unknown;
}

/** The reasons in an exception, under either name: the types of exception name the field differently. */
export function reasonsOf(error: unknown): string[] {
  const { ThrottlingReasons, throttlingReasons } = (error ?? {}) as WithReasons;
  const entries = ThrottlingReasons ?? throttlingReasons;
  if (!Array.isArray(entries)) return [];
  return entries
    .map((entry) => (entry as { reason?: unknown } | null)?.reason)
    .filter((reason): reason is string => typeof reason === 'string');
}
