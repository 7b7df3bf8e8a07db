import { GROUP, PLURAL } from '../../src/api/names.js';
import { knownFields } from '../../src/api/unknown-fields.js';

const NAME = 'ddbctldpjob-known-fields';

/** A ValidatingAdmissionPolicy that refuses what the CRD makes the API server keep: fields that the schema does not have, or null. */
export function buildKnownFieldsPolicy(): object {
  const objects = knownFields();
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name: NAME, labels: { 'app.kubernetes.io/name': 'dynamoctl-dp-operator' } },
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: {
        resourceRules: [
          { apiGroups: [GROUP], apiVersions: ['*'], resources: [PLURAL], operations: ['CREATE', 'UPDATE'] },
        ],
      },
      variables: [
        // Without their types: the type of an object has the known fields only.
        { name: 'spec', expression: 'dyn(object.spec)' },
        // What was stored before may stay: the resource can still be paused and deleted.
        { name: 'before', expression: 'oldObject == null ? dyn({}) : dyn(oldObject.spec)' },
        ...objects.slice(1).flatMap(({ path }) => [readAs('now', path), readAs('before', path)]),
        ...objects.map(({ path, fields }) => ({ name: variableOf(path), expression: unknownIn(path, fields) })),
        ...OUTER.map((path) => ({ name: blanksOf(path), expression: blankIn(path) })),
      ],
      validations: [
        ...objects.map(({ path, fields }) => ({
          expression: `variables.${variableOf(path)}.size() == 0`,
          messageExpression: message(path, fields),
          message: `${path} has a field that this version does not know`,
          reason: 'Invalid',
        })),
        ...OUTER.map((path) => ({
          expression: `variables.${blanksOf(path)}.size() == 0`,
          messageExpression: `'${path}.' + variables.${blanksOf(path)}[0] + ': null is no value: write one, or leave the field out'`,
          message: `${path} has a field that is null`,
          reason: 'Invalid',
        })),
      ],
    },
  };
}

/** `spec.ddbCtlDpJob.sortKey` → `inSortKey`. */
const variableOf = (path: string): string => `in${capital(path.replaceAll('[]', '').split('.').at(-1) ?? '')}`;

const capital = (word: string): string => `${word.charAt(0).toUpperCase()}${word.slice(1)}`;

const list = (words: readonly string[]): string => `[${words.map((word) => `'${word}'`).join(', ')}]`;

/** An object or a list below `spec`, or in what was stored before, as a variable that is never an error: where it is absent or null, empty. */
function readAs(root: 'now' | 'before', path: string): { name: string; expression: string } {
  const steps = path.replace('[]', '').split('.');
  const parent =
    steps.length === 2
      ? root === 'now'
        ? 'variables.spec'
        : 'variables.before'
      : `variables.${root}${capital(steps.at(-2) ?? '')}`;
  const field = steps.at(-1) ?? '';
  const none = path.endsWith('[]') ? '[]' : '{}';
  return {
    name: `${root}${capital(field)}`,
    expression: `${parent}.?${field}.orValue(null) == null ? dyn(${none}) : dyn(${parent}.${field})`,
  };
}

/** That variable. */
function object(root: 'now' | 'before', path: string): string {
  if (path === 'spec') return root === 'now' ? 'variables.spec' : 'variables.before';
  return `variables.${readAs(root, path).name}`;
}

/** The names of the unknown fields of an object, or of all entries of a list. */
function unknownIn(path: string, fields: readonly string[]): string {
  const known = list(fields);
  const [now, before] = [object('now', path), object('before', path)];
  if (!path.endsWith('[]')) return `${now}.map(k, k).filter(k, !(k in ${known}) && !(k in ${before}))`;
  // An entry has no name by which to find it in what was stored.
  return `${now} == ${before} ? [] : ${now}.filter(e, !e.all(k, k in ${known})).map(e, e.map(k, k).filter(k, !(k in ${known}))[0])`;
}

/** Where a field with the wrong indent may belong. */
const OUTER = ['spec', 'spec.ddbCtlDpJob'];

const blanksOf = (path: string): string => `${variableOf(path)}Blank`;

/** The names of the fields of an object that were left blank, and were not before. */
function blankIn(path: string): string {
  const [now, before] = [object('now', path), object('before', path)];
  return `${now}.map(k, k).filter(k, ${now}[k] == null && !(k in ${before} && ${before}[k] == null))`;
}

/** Names the first one, and what may have been meant: the same letters, or the same name one level up or down. */
function message(path: string, fields: readonly string[]): string {
  const first = `variables.${variableOf(path)}[0]`;
  const same = `${list(fields)}.filter(n, n.lowerAscii() == ${first}.lowerAscii())`;
  const elsewhere = knownFields().filter((each) => OUTER.includes(each.path) && each.path !== path);
  const guesses = [
    `${same}.size() > 0 ? '; did you mean ' + ${same}[0] + '?'`,
    ...elsewhere.map((each) => `${first} in ${list(each.fields)} ? '; did you mean ${each.path}.' + ${first} + '?'`),
    `'; known fields: ${fields.join(', ')}'`,
  ];
  const cut = `(${first}.size() > 63 ? ${first}.substring(0, 63) : ${first})`;
  return `'${path}.' + ${cut} + ': unknown field' + (${guesses.join(' : ')})`;
}
