import { readFileSync } from 'node:fs';
import { Failure } from '../../api/failure.js';
import { RECEIPT_KEY, RECEIPT_VERSION } from '../../api/receipt.js';
import type { AttemptOutcome } from '../../deletion/outcome.js';
import type { Log } from '../../deletion/runtime.js';
import type { Scope } from '../../deletion/scope.js';
import type { Connection } from '../../dynamodb/client.js';
import { nameOf } from '../../dynamodb/errors.js';
import type { Claims } from '../../receipt/claims.js';
import type { Signer } from '../../receipt/sign.js';
import type { EarlierEnd, EarlierVerification } from '../../worker/fence.js';
import type { Parent } from '../../worker/parent.js';
import type { ReceiptRequest } from '../../worker/receipt-request.js';
import { version } from '../process/version.js';

/** The receipt of a run, which is filled in as the run finds what it deletes. */
export interface ReceiptInTheMaking {
  /** Or why there is none: then nothing may be deleted, and what an earlier attempt has verified may be confirmed. */
  signer: Signer | { missing: string };
  request: ReceiptRequest;
  /** Absent until they are known. */
  connection?: Pick<Connection, 'region' | 'endpoint'>;
  scope?: Scope;
}

/**
 * Opens the key that is to sign a run's receipt, before anything is read or deleted: a deletion whose evidence is wanted and could
 * not be given could not be made up for. If an earlier attempt has verified, nothing is left to delete, and its end must not be lost
 * because the key has gone since; if one has refused, its words must not be. `lookBack` finds that out; it is absent where nothing can.
 * @throws Failure GuardRefused, and what `lookBack` throws
 */
export async function openReceipt(
  request: ReceiptRequest,
  lookBack?: () => Promise<EarlierVerification | undefined>,
): Promise<ReceiptInTheMaking> {
  const signer = await openKey(request);
  const receipt = { signer, request };
  if ('missing' in signer) mustHaveKey(receipt, (await lookBack?.()) !== undefined);
  return receipt;
}

/**
 * Without a key, an attempt may only confirm what an earlier one has verified.
 * @throws Failure GuardRefused
 */
export function mustHaveKey({ signer }: Pick<ReceiptInTheMaking, 'signer'>, isVerified: boolean): void {
  if (isVerified || !('missing' in signer)) return;
  throw new Failure(
    'GuardRefused',
    `this attempt deleted nothing, because it could not sign a receipt: ${signer.missing}. Put the key there, and create a new DdbctlDpJob for what is left`,
  );
}

async function openKey(request: ReceiptRequest): Promise<ReceiptInTheMaking['signer']> {
  const missing = (why: string): { missing: string } => ({
    missing: `${RECEIPT_KEY} of the Secret "${request.secret}" (RECEIPT_KEY_SECRET), in this namespace, ${why}`,
  });
  let pem: string;
  try {
    pem = readFileSync(request.keyFile, 'utf8');
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    return missing(code === 'ENOENT' ? 'is not there' : `cannot be read (${code})`);
  }
  // Loaded only where there is a key: most workers need none of it.
  const [{ openSigner }, { InvalidKey }] = await Promise.all([
    import('../../receipt/sign.js'),
    import('../../receipt/keys.js'),
  ]);
  try {
    return await openSigner(pem);
  } catch (error) {
    if (error instanceof InvalidKey) return missing(error.message);
    throw error;
  }
}

/**
 * The outcome of a run with its receipt, if there is one. What is deleted is deleted: if its receipt cannot be signed after all, the
 * run ends as it ended, without one. What an earlier attempt has signed stays on record, however this one ended.
 */
export async function withReceipt(
  receipt: ReceiptInTheMaking,
  parent: Parent,
  { before, log, ...end }: End & { before: EarlierEnd | undefined; log: Pick<Log, 'warn'> },
): Promise<AttemptOutcome> {
  const earlier = before?.kind === 'verified' ? before.receipt : undefined;
  const { signer } = receipt;
  const signed =
    'missing' in signer
      ? undefined
      : await signReceipt({ ...receipt, signer }, parent, end).catch((error: unknown) =>
          log.warn({ error: nameOf(error) }, 'the receipt could not be signed'),
        );
  const jws = signed ?? earlier;
  const { outcome } = end;
  const why = 'missing' in signer && outcome.state === 'PartitionDeleted' ? signer.missing : undefined;
  return {
    ...outcome,
    ...(why !== undefined && {
      message: `${outcome.message}; ${jws === undefined ? 'without a receipt' : 'its receipt is the one from then'}, because nothing can be signed now: ${why}`,
    }),
    ...(jws !== undefined && { receipt: jws }),
  };
}

interface End {
  tableName: string;
  outcome: AttemptOutcome;
  /** When the read that proves it had ended. */
  verifiedAt: string;
}

/** The signed receipt of a run, if it ended with a proof. */
async function signReceipt(
  { signer, request, connection, scope }: ReceiptInTheMaking & { signer: Signer },
  { name, namespace, uid, jobUID }: Parent,
  { tableName, outcome, verifiedAt }: End,
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
