import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';

/** Where Linux has the arguments and the environment as they were given, each ended by a zero byte. */
const GIVEN = ['/proc/self/cmdline', '/proc/self/environ'];

const REPLACEMENT = '\ufffd';

/**
 * Whether an argument or a variable is what somebody gave. Node.js replaces bytes that are not UTF-8 by U+FFFD and does not say so: a
 * key in another encoding would become another key. Where only the given bytes could tell, and they are not to be had, it is not.
 */
export function arrivedWhole(text: string, read: (file: string) => Buffer = (file) => readFileSync(file)): boolean {
  if (!text.includes(REPLACEMENT)) return true;
  try {
    return !GIVEN.flatMap((file) => entriesOf(read(file))).some(
      (bytes) => !isUtf8(bytes) && bytes.toString('utf8').includes(text),
    );
  } catch {
    return false;
  }
}

const entriesOf = (bytes: Buffer): Buffer[] =>
  bytes
    .toString('latin1')
    .split('\0')
    .map((entry) => Buffer.from(entry, 'latin1'));
