import type { AllowList } from './allow-list.js';
import { escapeRegExp } from './patterns.js';

/** A tag of a DynamoDB table that puts the table under hold. */
export interface HoldTag {
  key: string;
  /** Undefined: any value. */
  value: string | undefined;
}

/** A key, or a key and a value: what AWS allows in them, but for = in a key. */
export const HOLD_TAG_PATTERN = /^[\p{L}\p{N} +\-.:/_@]{1,128}(=[\p{L}\p{N} +\-.:/_@=]{0,256})?$/u;

export function parseHoldTag(text: string): HoldTag {
  const at = text.indexOf('=');
  return at < 0 ? { key: text, value: undefined } : { key: text.slice(0, at), value: text.slice(at + 1) };
}

/** Whether one of a table's tags puts it under hold. AWS distinguishes capitals; a person in a hurry does not. */
export function hasHoldTag(
  tags: readonly { Key?: string | undefined; Value?: string | undefined }[],
  { key, value }: HoldTag,
): boolean {
  const same = (one: string | undefined, other: string) => one?.toLowerCase() === other.toLowerCase();
  return tags.some(({ Key, Value }) => same(Key, key) && (value === undefined || same(Value, value)));
}

/**
 * Whether a list of patterns puts a table under hold, by its name or its ARN. Other than in an allow-list, `*` matches any characters:
 * a hold must not miss a table whose name has a dot. Nor must it miss one that the spec names without its account: such a name is held
 * if a pattern holds a table of this name anywhere. A pattern is one for ARNs if it has a colon or a slash, or begins with `arn*`; any
 * other is one for names.
 */
export function isHeld(list: AllowList, table: string): boolean {
  const slash = table.lastIndexOf('/');
  const name = table.slice(slash + 1);
  return list.some((pattern) => matches(pattern, name) || matches(slash < 0 ? namesIn(pattern) : pattern, table));
}

/** The part of a pattern that concerns the table's name, which follows the only slash of an ARN. */
function namesIn(pattern: string): string {
  // In an ARN that shows no slash, only a * can stand for it. No name has a colon.
  const isForARNs = pattern.includes(':') || pattern.startsWith('arn*');
  const hidesSlash = isForARNs && !pattern.includes('/');
  return pattern.slice(hidesSlash ? Math.max(0, pattern.lastIndexOf('*')) : pattern.lastIndexOf('/') + 1);
}

function matches(pattern: string, text: string): boolean {
  if (!pattern.includes('*')) return pattern === text;
  return new RegExp(`^${pattern.split(/\*+/).map(escapeRegExp).join('.*')}$`, 's').test(text);
}
