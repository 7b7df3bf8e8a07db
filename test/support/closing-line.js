import { Transform } from 'node:stream';

const RESULT = /^( *)(not )?ok [0-9]+ - (.*)$/;
const SKIPPED = /^(.*) # (?:SKIP|TODO) ?(.*)$/i;
const TOTALS = /^# \{ total: .* \}$/;
/** What tap says between the results. What a test itself prints, or comments, is none of these. */
const PLUMBING =
  /^ *(TAP version|[0-9]+\.\.[0-9]+|# (Subtest:|time=|No coverage|ERROR: incomplete|test count)|# \{ total:|$)/;

/**
 * The reporter of our tests, which package.json names to tap: a line for each file, failures with their details, what was
 * skipped and why; and at the end `N passed, N failed, N skipped`. Plain JavaScript, because tap itself loads it.
 */
export default class ClosingLine extends Transform {
  #rest = '';
  #file = '';
  #inDetails = false;
  #failedFiles = 0;
  #totals = '';

  constructor() {
    super({ decodeStrings: false });
  }

  _transform(chunk, _encoding, done) {
    const lines = (this.#rest + chunk).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      const shown = this.#read(line);
      if (shown !== undefined) this.push(`${shown}\n`);
    }
    done();
  }

  _flush(done) {
    const of = (name) => Number(new RegExp(`\\b${name}: ([0-9]+)`).exec(this.#totals)?.[1] ?? 0);
    // tap does not count a file that was killed after all that it asserted had passed.
    const failed = Math.max(of('fail'), this.#failedFiles);
    const [passed, skipped] = [of('pass'), of('skip') + of('todo')];
    // Without totals tap came to no end, and where nothing was counted nothing was tested: neither is a success.
    const nothing = this.#totals === '' || passed + failed + skipped === 0;
    done(null, `${passed} passed, ${nothing ? Math.max(1, failed) : failed} failed, ${skipped} skipped\n`);
  }

  /** The line as it is shown, if it is. */
  #read(line) {
    if (this.#inDetails) {
      this.#inDetails = !/^ *\.\.\.$/.test(line);
      return line;
    }
    if (/^ *---$/.test(line)) {
      this.#inDetails = true;
      return line;
    }
    if (TOTALS.test(line)) this.#totals = line;
    const [, file] = /^# Subtest: (.*)$/.exec(line) ?? [];
    if (file !== undefined) this.#file = file;
    const result = RESULT.exec(line);
    if (!result) return PLUMBING.test(line) ? undefined : line;
    const [, indentation, not, what] = result;
    if (not && indentation === '') this.#failedFiles++;
    const [, name, reason] = SKIPPED.exec(what) ?? [];
    if (!not && name !== undefined)
      return `skipped: ${[...new Set([this.#file, name, reason])].filter(Boolean).join(': ')}`;
    return not || indentation === '' ? line : undefined;
  }
}
