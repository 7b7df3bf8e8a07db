import { Spec } from '../../api/spec.js';

interface Schema {
  type?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
}

/** Fields of the original operator's flat spec that now belong in `ddbCtlDpJob`. */
const MOVED = ['tableName', 'partitionValue', 'endpointURL', 'awsRegion'];

/**
 * Fields that the schema does not define. The API server would drop them, and kubectl rejects them. A misspelled safeguard must
 * not lead to a deletion without it.
 */
export function unknownFields(value: unknown, schema: Schema = Spec as Schema, path = 'spec'): string[] {
  if (Array.isArray(value))
    return value.flatMap((entry, index) =>
      schema.items ? unknownFields(entry, schema.items, `${path}[${index}]`) : [],
    );
  const { properties } = schema;
  if (typeof value !== 'object' || value === null || !properties) return [];
  return Object.entries(value).flatMap(([name, field]) => {
    const known = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (known) return unknownFields(field, known, `${path}.${name}`);
    return [`${path}.${name}: unknown field${suggestion(path, name, Object.keys(properties))}`];
  });
}

function suggestion(path: string, name: string, known: readonly string[]): string {
  if (path === 'spec' && MOVED.includes(name)) return `; did you mean spec.ddbCtlDpJob.${name}?`;
  const [nearest] = known
    .map((candidate) => ({ candidate, steps: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, steps }) => steps <= Math.max(1, Math.floor(candidate.length / 4)))
    .sort((a, b) => a.steps - b.steps);
  return nearest ? `; did you mean ${nearest.candidate}?` : `; known fields: ${known.join(', ')}`;
}

/** Levenshtein distance: how many letters must be changed, added or removed to turn one name into the other. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next[j] = Math.min(
        (next[j - 1] ?? 0) + 1,
        (row[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1),
      );
    row = next;
  }
  return row[b.length] ?? 0;
}
