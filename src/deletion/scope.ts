import { canonicalText, type KeyValue } from '../dynamodb/key-value.js';
import type { Target } from './target.js';

/** What of a table a deletion is about, in a form that shows no key's value: for a receipt. */
export interface Scope {
  /** Absent if the engine names none. */
  tableArn?: string;
  sortKeys:
    | { range: 'all' | 'nothing' }
    | { range: 'beginsWith'; digest: string }
    | { range: 'between'; fromDigest: string; toDigest: string };
}

/** @param digest - computes a pseudonym of a key from its canonical text */
export function scopeOf(target: Target, digest: (canonicalKey: string) => string): Scope {
  const { tableArn } = target;
  return { ...(tableArn !== undefined && { tableArn }), sortKeys: sortKeysOf(target, digest) };
}

function sortKeysOf(target: Target, digest: (canonicalKey: string) => string): Scope['sortKeys'] {
  if (target.kind === 'single item') return { range: 'all' };
  const { range } = target;
  const digestOf = (value: KeyValue): string => digest(canonicalText(value));
  switch (range.kind) {
    case 'beginsWith':
      return { range: 'beginsWith', digest: digestOf(range.prefix) };
    case 'between':
      return { range: 'between', fromDigest: digestOf(range.from), toDigest: digestOf(range.to) };
    default:
      return { range: range.kind };
  }
}
