/** What a run of tap says of itself. */
export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** The figures in tap's closing comment, `# { total: 6, pass: 3, fail: 1, skip: 2 }`; undefined for every other line. */
export function countsOf(line: string): Counts | undefined {
  const figures = /^# \{ (total: [0-9]+[^}]*) \}$/.exec(line)?.[1];
  if (figures === undefined) return undefined;
  const of = (name: string): number => Number(new RegExp(`\\b${name}: ([0-9]+)`).exec(figures)?.[1] ?? 0);
  return { passed: of('pass'), failed: of('fail'), skipped: of('skip') + of('todo') };
}

const OF_TAP_ITSELF = /^ *(TAP version|[0-9]+\.\.[0-9]+|# (Subtest:|time=|No coverage|\{ total:))/;

/**
 * Whether a line of TAP is for people: a line for each file and each of its tests, every failure with its details, everything
 * skipped. `inDetails`: the line before was within the details of a failure.
 */
export function isWorthALine(line: string, inDetails: boolean): { show: boolean; inDetails: boolean } {
  if (inDetails) return { show: true, inDetails: !/^ *\.\.\.$/.test(line) };
  const result = /^( *)(not )?ok [0-9]+ - /.exec(line);
  if (result) return { show: isResultShown(line, result[1]!.length, result[2] !== undefined), inDetails: false };
  if (/^ *---$/.test(line)) return { show: true, inDetails: true };
  // What a test prints or comments itself.
  return { show: line.trim() !== '' && !OF_TAP_ITSELF.test(line), inDetails: false };
}

/** tap indents by four for each level: 0 is a file, 4 a test of it. */
function isResultShown(line: string, indentation: number, failed: boolean): boolean {
  return failed || indentation <= 4 || /# (SKIP|TODO)/i.test(line);
}
