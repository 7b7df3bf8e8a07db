/** What a throttling reason slows: the group that met it, or everything that is written, or what is read. */
export type Scope = 'group' | 'table' | 'read';

const NAME =
  /^(?:Table|Index)(Read|Write)(ProvisionedThroughput|AccountLimit|KeyRangeThroughput|MaxOnDemandThroughput)Exceeded$/;

/** An index short of capacity slows the whole table, as the table's and the account's own limits do. */
export function scopeOf(reason: string): Scope | undefined {
  const [, direction, limit] = NAME.exec(reason) ?? [];
  if (direction === undefined) return undefined;
  if (direction === 'Read') return 'read';
  return limit === 'KeyRangeThroughput' && reason.startsWith('Table') ? 'group' : 'table';
}

interface Reasoned {
  ThrottlingReasons?: unknown;
  throttlingReasons?: unknown;
}

/** The reasons that an exception carries. What the field is called differs between the types of exception. */
export function reasonsOf(error: unknown): string[] {
  const { ThrottlingReasons, throttlingReasons } = (error ?? {}) as Reasoned;
  const given = ThrottlingReasons ?? throttlingReasons;
  if (!Array.isArray(given)) return [];
  return given
    .map((entry) => (entry as { reason?: unknown } | null)?.reason)
    .filter((reason): reason is string => typeof reason === 'string');
}
