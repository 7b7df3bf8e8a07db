import type { Claims } from './claims.js';

const RANGES: Readonly<Record<Claims['sortKeys']['range'], string>> = {
  all: 'all: the whole partition',
  nothing: 'none: the range begins where it ends',
  beginsWith: 'those that begin with one value',
  between: 'those from one value (inclusive) to another (exclusive)',
};

const NOT_PROVEN = `Not proven: anything about copies elsewhere (backups, point-in-time recovery, streams, replicas in other
regions, exports, caches, logs), nor about what was written after that read. Nor what the worker was told and did not see
itself: how many items earlier attempts deleted (as the resource reported it), and who created or approved the deletion (as
the resource's annotations named them).`;

/** Behind what a worker had only been told, and signed as it was. */
const REPORTED = '(as reported)';
const ANNOTATED = '(as annotated)';

/** What a verified receipt proves, for a person. `shown` makes a text safe to print. */
export function inWords(claims: Claims, kid: string, shown: (text: string) => string): string {
  const { table, resource, worker, createdBy, approvedBy } = claims;
  const rows: readonly [string, string | undefined][] = [
    ['table', `${shown(table.name)} in ${shown(table.region)}, id ${shown(table.id)}`],
    ['arn', table.arn && shown(table.arn)],
    ['endpoint', shown(table.endpoint)],
    ['partition', `the key whose digest is ${claims.partitionKey.digest}`],
    ['sort keys', RANGES[claims.sortKeys.range] + digests(claims.sortKeys)],
    [
      'deleted',
      `${claims.atLeast ? 'at least ' : ''}${claims.itemsDeleted} ${claims.itemsDeleted === 1 ? 'item' : 'items'} ${REPORTED}`,
    ],
    ['resource', `${shown(resource.namespace)}/${shown(resource.name)}, uid ${shown(resource.uid)}`],
    ['job', `uid ${shown(claims.jobUID)}`],
    ['created by', createdBy && `${shown(createdBy)} ${ANNOTATED}`],
    ['approved by', approvedBy && `${shown(approvedBy)} ${ANNOTATED}`],
    ['worker', `version ${shown(worker.version)}${worker.image ? `, image ${shown(worker.image)}` : ''}`],
    ['signed with', kid],
  ];
  const lines = rows.flatMap(([name, text]) => (text === undefined ? [] : [`  ${name.padEnd(12)} ${text}`]));
  return `Verified: whoever holds the private half of this key has signed that a consistent read over all of this,
which ended at ${claims.verifiedAt}, found no item.
${lines.join('\n')}
${NOT_PROVEN}
`;
}

function digests(sortKeys: Claims['sortKeys']): string {
  switch (sortKeys.range) {
    case 'beginsWith':
      return `, whose digest is ${sortKeys.digest}`;
    case 'between':
      return `, whose digests are ${sortKeys.fromDigest} and ${sortKeys.toDigest}`;
    default:
      return '';
  }
}
