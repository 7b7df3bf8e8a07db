import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';

/** Where Linux has the arguments and the environment as they were given, each ended by a zero byte. */
const ARGUMENTS = '/proc/self/cmdline';
const ENVIRONMENT = '/proc/self/environ';

const REPLACEMENT = '\ufffd';

/**
 * Whether an argument or a variable is what somebody gave. Node.js replaces bytes that are not UTF-8 by U+FFFD and does not say so: a
 * key in another encoding would become another key. Where only the given bytes could tell, and they are not to be had, it is not.
 *
 * @param name - of the flag, which begins with a dash, or of the variable
 */
export function arrivedWhole(
  text: string,
  name: string,
  read: (file: string) => Buffer = (file) => readFileSync(file),
): boolean {
  if (!text.includes(REPLACEMENT)) return true;
  const [file, entry] = name.startsWith('-') ? [ARGUMENTS, text] : [ENVIRONMENT, `${name}=${text}`];
  try {
    return !entriesOf(read(file)).some((bytes) => !isUtf8(bytes) && bytes.toString('utf8').endsWith(entry));
  } catch {
    return false;
  }
}

const entriesOf = (bytes: Buffer): Buffer[] =>
  bytes
    .toString('latin1')
    .split('\0')
    .map((entry) => Buffer.from(entry, 'latin1'));
