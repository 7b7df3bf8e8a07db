import { readFileSync } from 'node:fs';
import { Failure } from '../../api/failure.js';
import { RECEIPT_KEY, RECEIPT_VERSION } from '../../api/receipt.js';
import type { AttemptOutcome } from '../../deletion/outcome.js';
import type { Scope } from '../../deletion/scope.js';
import type { Connection } from '../../dynamodb/client.js';
import type { Claims } from '../../receipt/claims.js';
import type { Signer } from '../../receipt/sign.js';
import type { Parent } from '../../worker/parent.js';
import type { ReceiptRequest } from '../../worker/receipt-request.js';
import { version } from '../process/version.js';

/** The receipt of a run, which is filled in as the run finds what it deletes. */
export interface ReceiptInTheMaking {
  signer: Signer;
  request: ReceiptRequest;
  /** Absent until they are known. */
  connection?: Pick<Connection, 'region' | 'endpoint'>;
  scope?: Scope;
}

/**
 * Opens the key that is to sign a run's receipt, before anything is read or deleted: a deletion whose evidence is wanted and could
 * not be given could not be made up for.
 * @throws Failure GuardRefused
 */
export async function openReceipt(request: ReceiptRequest): Promise<ReceiptInTheMaking> {
  const refused = (why: string): Failure =>
    new Failure(
      'GuardRefused',
      `this attempt deleted nothing, because it could not sign a receipt: ${RECEIPT_KEY} of the Secret "${request.secret}" (RECEIPT_KEY_SECRET), in this namespace, ${why}`,
    );
  let pem: string;
  try {
    pem = readFileSync(request.keyFile, 'utf8');
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    throw refused(code === 'ENOENT' ? 'is not there' : `cannot be read (${code})`);
  }
  // Loaded only where there is a key: most workers need none of it.
  const [{ openSigner }, { InvalidKey }] = await Promise.all([
    import('../../receipt/sign.js'),
    import('../../receipt/keys.js'),
  ]);
  try {
    return { signer: await openSigner(pem), request };
  } catch (error) {
    throw error instanceof InvalidKey ? refused(error.message) : error;
  }
}

/** The signed receipt of a run, if it ended with a proof. `verifiedAt`: when the read that proves it had ended. */
export async function signReceipt(
  { signer, request, connection, scope }: ReceiptInTheMaking,
  { name, namespace, uid, jobUID }: Parent,
  { tableName, outcome, verifiedAt }: { tableName: string; outcome: AttemptOutcome; verifiedAt: string },
): Promise<string | undefined> {
  const { state, verifiedEmpty, target, progress } = outcome;
  if (state !== 'PartitionDeleted' || !verifiedEmpty || !target || !connection || !scope) return undefined;
  const { region, endpoint } = connection;
  const { image, createdBy, approvedBy } = request;
  const { tableArn: arn, sortKeys } = scope;
  const claims = {
    version: RECEIPT_VERSION,
    outcome: state,
    table: { id: target.tableId, name: tableName, ...(arn !== undefined && { arn }), region, endpoint },
    partitionKey: { digest: target.digest },
    sortKeys,
    itemsDeleted: progress.itemsDeleted ?? 0,
    ...(progress.atLeast && { atLeast: true as const }),
    verifiedEmpty,
    verifiedAt,
    resource: { namespace, name, uid },
    jobUID,
    ...(createdBy !== undefined && { createdBy }),
    ...(approvedBy !== undefined && { approvedBy }),
    worker: { version: version(), ...(image !== undefined && { image }) },
  } satisfies Claims;
  return signer.sign(claims);
}
