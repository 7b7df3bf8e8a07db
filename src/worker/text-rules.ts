import { HOLD_TAG_PATTERN } from '../api/holds.js';
import { INT32_MAX, isWholeNumber } from '../api/patterns.js';
import type { Rule } from '../api/rules.js';
import { type Mode, MODES } from '../api/states.js';
import { REQUEST_PATHS } from '../api/worker.js';

/** What a flag or a variable must be, as text. */
export type TextRule = Pick<Rule<string>, 'holds' | 'message' | 'explain'>;

const wholeNumber = (least: number, most: number, message: string): TextRule => ({
  holds: (text) => isWholeNumber(text, least, most),
  message,
});

const isMode = (text: string): text is Mode => MODES.some((known) => known === text);

export const notEmpty: TextRule = { holds: (text) => text !== '', message: 'must not be empty' };
export const units = wholeNumber(1, INT32_MAX, 'must be a whole number, 1 or more');
export const itemCount = wholeNumber(1, Number.MAX_SAFE_INTEGER, 'must be a whole number of items, 1 or more');
export const percent = wholeNumber(1, 100, 'must be a whole number of percent, 1 to 100');
export const seconds = wholeNumber(1, 3600, 'must be a whole number of seconds, 1 to 3600');
export const trueOrFalse: TextRule = {
  holds: (text) => ['true', 'false'].includes(text),
  message: 'must be true or false',
};
export const holdTag: TextRule = {
  holds: (text) => HOLD_TAG_PATTERN.test(text),
  message: 'must be the key of a tag, or key=value',
};
export const knownMode: TextRule = { holds: isMode, message: `must be one of ${MODES.join(', ')}` };
export const knownRequestPath: TextRule = {
  holds: (text) => REQUEST_PATHS.some((known) => known === text),
  message: `must be one of ${REQUEST_PATHS.join(', ')}`,
};
