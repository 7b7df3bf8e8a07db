/** How much of ConsumedCapacity the engine returns: all of it, only CapacityUnits, or nothing. */
export type CapacityDetail = 'full' | 'total' | 'none';

interface Consumed {
  TableName?: string;
  CapacityUnits?: number;
}

const totals = ({ TableName, CapacityUnits }: Consumed): Consumed => ({
  ...(TableName === undefined ? {} : { TableName }),
  ...(CapacityUnits === undefined ? {} : { CapacityUnits }),
});

/** The body with no more of ConsumedCapacity than `detail` allows. */
export function withCapacity(body: Record<string, unknown>, detail: CapacityDetail): Record<string, unknown> {
  const { ConsumedCapacity: consumed, ...rest } = body;
  if (consumed === undefined || detail === 'none') return rest;
  if (detail === 'full') return body;
  return {
    ...rest,
    ConsumedCapacity: Array.isArray(consumed) ? consumed.map(totals) : totals(consumed as Consumed),
  };
}

export function readUnitsOf(body: Record<string, unknown>): number {
  return (body.ConsumedCapacity as Consumed | undefined)?.CapacityUnits ?? 0;
}
