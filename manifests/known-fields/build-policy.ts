import { GROUP, PLURAL } from '../../src/api/names.js';
import { knownFields } from '../../src/api/unknown-fields.js';

const NAME = 'ddbctldpjob-known-fields';

/** A ValidatingAdmissionPolicy that refuses what the CRD makes the API server keep: fields that the schema does not have. */
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
        ...objects.map(({ path, fields }) => ({ name: variableOf(path), expression: unknownIn(path, fields) })),
      ],
      validations: objects.map(({ path, fields }) => ({
        expression: `variables.${variableOf(path)}.size() == 0`,
        messageExpression: message(path, fields),
        message: `${path} has a field that this version does not know`,
        reason: 'Invalid',
      })),
    },
  };
}

/** `spec.ddbCtlDpJob.sortKey` → `inSortKey`. */
function variableOf(path: string): string {
  const last = path.replaceAll('[]', '').split('.').at(-1) ?? '';
  return `in${last.charAt(0).toUpperCase()}${last.slice(1)}`;
}

const list = (words: readonly string[]): string => `[${words.map((word) => `'${word}'`).join(', ')}]`;

/** `spec.a.b` as an expression that is never an error: an empty object where there is none. */
function object(root: string, path: string, none: string): string {
  const [, ...steps] = path.replace('[]', '').split('.');
  return steps.length === 0 ? root : `${root}.?${steps.join('.?')}.orValue(${none})`;
}

/** The names of the unknown fields of an object, or of all entries of a list. */
function unknownIn(path: string, fields: readonly string[]): string {
  const known = list(fields);
  if (!path.endsWith('[]')) {
    const before = object('variables.before', path, '{}');
    return `${object('variables.spec', path, '{}')}.map(k, k).filter(k, !(k in ${known}) && !(k in ${before}))`;
  }
  const [now, before] = ['variables.spec', 'variables.before'].map((root) => object(root, path, '[]'));
  // An entry has no name by which to find it in what was stored.
  return `${now} == ${before} ? [] : ${now}.filter(e, !e.all(k, k in ${known})).map(e, e.map(k, k).filter(k, !(k in ${known}))[0])`;
}

/** Where a field with the wrong indent may belong. */
const OUTER = ['spec', 'spec.ddbCtlDpJob'];

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
