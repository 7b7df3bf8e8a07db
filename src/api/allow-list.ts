import { escapeRegExp } from './patterns.js';

/**
 * Allow-lists in the settings: comma-separated patterns. A lone `*` matches everything, including absence; elsewhere `*` matches
 * any sequence of characters except `.`, `/` and `:`. An empty list matches nothing.
 */
export type AllowList = readonly string[];

export function parseAllowList(text: string): AllowList {
  return text
    .split(',')
    .map((pattern) => pattern.trim())
    .filter((pattern) => pattern !== '');
}

/** Whether `value` is allowed. `undefined` (the field is absent) is allowed only by a lone `*`. */
export function allows(list: AllowList, value: string | undefined): boolean {
  return list.some((pattern) => {
    if (pattern === '*') return true;
    if (value === undefined) return false;
    // Most patterns are plain, and an expression costs more than the comparison.
    if (!pattern.includes('*')) return pattern === value;
    return expressionOf(list, pattern).test(value);
  });
}

/** The expressions of a list's patterns. The lists are settings, and last as long as the process. */
const expressions = new WeakMap<AllowList, Map<string, RegExp>>();

function expressionOf(list: AllowList, pattern: string): RegExp {
  const known = expressions.get(list) ?? new Map<string, RegExp>();
  expressions.set(list, known);
  const expression = known.get(pattern) ?? new RegExp(`^${pattern.split('*').map(escapeRegExp).join('[^./:]*')}$`);
  known.set(pattern, expression);
  return expression;
}
