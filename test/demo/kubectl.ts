import type { CompositeRequest } from '../../src/api/hooks.js';
import { PRINTER_COLUMNS } from '../../src/api/resource.js';
import type { Status } from '../../src/api/status.js';

/** What a user of kubectl sees, computed from the same columns and conditions that the API server would print from. */

type Parent = CompositeRequest['parent'];

/** Lines of a table, its columns as wide as they need to be. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('   ')
      .trimEnd(),
  );
}

/** `kubectl get ddp`, with `-o wide` when asked for. */
export function getDdp(parent: Parent, now: Date, { wide = false } = {}): string[] {
  const columns = PRINTER_COLUMNS.filter((column) => wide || !('priority' in column));
  return table([
    ['NAME', ...columns.map(({ name }) => name.toUpperCase())],
    [
      parent.metadata.name,
      ...columns.map(({ jsonPath, type }) => {
        const value = at(parent, jsonPath) as string | number | undefined;
        if (value === undefined) return '';
        return type === 'date' ? age(new Date(value), now) : String(value);
      }),
    ],
  ]);
}

/** The conditions, as `kubectl describe` lists them, and their message once. */
export function conditions(parent: Parent): string[] {
  const list = (parent.status as Status | undefined)?.conditions ?? [];
  const rows = list.map(({ type, status, reason }) => [type, status, reason]);
  return [...table([['CONDITION', 'STATUS', 'REASON'], ...rows]), `"${list[0]?.message ?? ''}"`];
}

const STEP = /\.(\w+)|\[\?\(@\.(\w+)=="(\w+)"\)\]/g;

/** The value at a JSONPath of the two forms that our columns have: `.a.b` and `.list[?(@.type=="X")].field`. */
function at(value: unknown, jsonPath: string): unknown {
  let here = value;
  for (const [, field, key, wanted] of jsonPath.matchAll(STEP)) {
    if (field !== undefined) here = (here as Record<string, unknown> | undefined)?.[field];
    else here = (here as Record<string, unknown>[] | undefined)?.find((item) => item[key as string] === wanted);
  }
  return here;
}

function age(since: Date, now: Date): string {
  return `${Math.max(0, Math.round((now.getTime() - since.getTime()) / 1000))}s`;
}
