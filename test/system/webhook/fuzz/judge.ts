import type { Attack } from './attack.js';
import type { Answer } from './client.js';

/** What a hook may answer to a stranger. 429 is the deliberate "come again" of an operator that has no room for a large body. */
const STATUSES: readonly number[] = [200, 400, 404, 408, 413, 417, 429, 431];

/** A line of a stack, as it is or in JSON, and paths of the program. */
const STACK = /(\n|\\n) +at |node_modules|node:internal|\/src\/[a-z]+\//;

/** What is wrong with an answer; undefined if nothing is. */
export function wrongWith({ mayClose }: Attack, { status, body }: Answer): string | undefined {
  if (status === 0) return mayClose === true ? undefined : 'no answer';
  if (!STATUSES.includes(status)) return `status ${status}`;
  if (status === 200) return isDecision(body) ? undefined : '200 without a decision';
  return STACK.test(body) ? 'a stack in the answer' : undefined;
}

/** Metacontroller takes missing children for "delete them all". */
function isDecision(body: string): boolean {
  try {
    const { status, children } = JSON.parse(body) as { status?: unknown; children?: unknown };
    return typeof status === 'object' && status !== null && Array.isArray(children) && !STACK.test(body);
  } catch {
    return false;
  }
}
