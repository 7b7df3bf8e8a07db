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
    const source = pattern.split('*').map(escapeRegExp);
    return new RegExp(`^${source.join('[^./:]*')}$`).test(value);
  });
}
