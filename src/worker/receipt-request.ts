import { ENV } from '../api/worker.js';

/** What a Job's worker is told for its receipt: where the key is, and what it cannot know by itself. */
export interface ReceiptRequest {
  keyFile: string;
  /** Of the Secret with the key, for messages. */
  secret: string;
  /** Its own image, as its Job names it. */
  image?: string;
  /** As the resource's annotations said when the Job was made. */
  createdBy?: string;
  approvedBy?: string;
}

/** Undefined if the run is to have no receipt. */
export function readReceiptRequest(env: Readonly<Record<string, string | undefined>>): ReceiptRequest | undefined {
  const { [ENV.receiptKeyFile]: keyFile, [ENV.receiptKeySecret]: secret = '' } = env;
  if (keyFile === undefined) return undefined;
  const { [ENV.image]: image, [ENV.createdBy]: createdBy, [ENV.approvedBy]: approvedBy } = env;
  return {
    keyFile,
    secret,
    ...(image !== undefined && { image }),
    ...(createdBy !== undefined && { createdBy }),
    ...(approvedBy !== undefined && { approvedBy }),
  };
}
