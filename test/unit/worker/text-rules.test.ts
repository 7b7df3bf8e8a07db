import t from 'tap';
import * as rules from '../../../src/worker/text-rules.js';

const CASES: readonly [rule: keyof typeof rules, text: string, holds: boolean, because: string][] = [
  ['notEmpty', 'x', true, 'any text'],
  ['notEmpty', '', false, 'no text'],
  ['units', '2147483647', true, "Kubernetes' greatest integer"],
  ['units', '2147483648', false, 'one more'],
  ['itemCount', '1', true, 'one item'],
  ['itemCount', '0', false, 'nothing could be deleted'],
  ['itemCount', '9007199254740991', true, 'the greatest that is exact'],
  ['itemCount', '9007199254740992', false, 'one more'],
  ['percent', '100', true, 'all'],
  ['percent', '101', false, 'more than all'],
  ['seconds', '3600', true, 'an hour'],
  ['seconds', '0', false, 'a busy loop'],
  ['trueOrFalse', 'false', true, 'no'],
  ['trueOrFalse', 'no', false, "not YAML's words for it"],
  ['holdTag', 'hold=true', true, 'a tag'],
  ['holdTag', '=true', false, 'a tag without a key'],
  ['knownMode', 'DryRun', true, 'a mode'],
  ['knownMode', 'dryrun', false, 'modes have a case'],
  ['knownRequestPath', 'sdk', true, 'in case of doubt'],
  ['knownRequestPath', 'slow', false, 'there are two'],
];
for (const [name, text, holds, because] of CASES)
  t.equal(rules[name].holds(text), holds, `${name} ${JSON.stringify(text)}: ${because}`);
for (const [name, { message }] of Object.entries(rules)) {
  t.match(message, /^must /, name);
  t.ok(
    CASES.some(([rule, , holds]) => rule === name && !holds),
    `${name} refuses something`,
  );
}
