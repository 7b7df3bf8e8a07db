/**
 * How deeply the API server lets anybody nest what it stores. Source: `maxNestingDepth` in sigs.k8s.io/json,
 * internal/golang/encoding/json/scanner.go. A request has three levels around a child: `children`, its kind and its name.
 */
export const DEEPEST = 10_000 + 3;

/**
 * How deeply a child is nested at most, with the levels around it. The API server stores the fields of its type and no others, which
 * take about twenty levels. An answer repeats parts of a Job, level by level, and a stack has an end.
 */
export const DEEPEST_CHILD = 100;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** How many levels a byte adds, outside of texts. */
const STEP = new Int8Array(256);
for (const [characters, step] of [
  ['[{', 1],
  [']}', -1],
] as const)
  for (const character of characters) STEP[character.charCodeAt(0)] = step;

/** How deeply JSON is nested, told before it is parsed. Of what is no JSON, a number all the same. */
export function levelsOf(bytes: Uint8Array): number {
  let [level, deepest, inText] = [0, 0, false];
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index] ?? 0;
    if (byte === QUOTE) inText = !inText;
    else if (!inText) deepest = Math.max(deepest, (level += STEP[byte] ?? 0));
    else if (byte === BACKSLASH) index++;
  }
  return deepest;
}

/** Whether a value has more levels than that. It goes no deeper than that itself. */
export function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}
