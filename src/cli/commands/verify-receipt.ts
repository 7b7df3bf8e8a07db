import { Argument, Command, Option } from 'commander';
import type { KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { EXIT_CODES } from '../../api/exit-codes.js';
import { ENV } from '../../api/worker.js';
import { belongsElsewhere, findReceipt, type Found } from '../../receipt/find.js';
import { inWords } from '../../receipt/in-words.js';
import { isDigestOf } from '../../receipt/key-digest.js';
import { InvalidKey, verifyingKey } from '../../receipt/keys.js';
import { type Verdict, verifyReceipt } from '../../receipt/verify.js';
import { printable } from '../output/prompt.js';

interface Options {
  key: string[];
  partitionValue?: string;
  output: 'text' | 'json';
}

/** What was given cannot be used at all. */
class Unusable extends Error {}

const HELP = `
The file is a receipt as it stands, a DdbctlDpJob as kubectl get ddp NAME -o json
prints it, or the last line of a worker's log. In a DdbctlDpJob, the receipt must
be that resource's own.

A receipt names keys by their digests. -p, or ${ENV.partitionValue} in the
environment, checks that it is about the partition that you mean.

Exit codes: 0 verified, 2 a file or a key cannot be used, 4 refused: changed,
signed with another key, of another type or version, or about something else.

Examples:
  dynamoctl verify-receipt receipt.jws --key public.pem
  kubectl get ddp delete-orders -o json | dynamoctl verify-receipt - --key public.pem`;

const collect = (file: string, files: string[] = []): string[] => [...files, file];

/** `dynamoctl verify-receipt`: for an auditor. Needs neither a cluster nor AWS. */
export function verifyReceiptCommand(): Command {
  return new Command('verify-receipt')
    .description('verify the signed receipt of a deletion, and say what it proves')
    .addArgument(new Argument('<file>', 'the receipt, or a resource that holds it; - is stdin'))
    .addOption(
      new Option('-k, --key <file>', 'public key (Ed25519) in PEM or as a JWK; repeatable, after a rotation')
        .argParser(collect)
        .makeOptionMandatory(),
    )
    .option('-p, --partition-value <value>', 'value of the partition key that the receipt must be about')
    .addOption(new Option('-o, --output <format>', 'what to print').choices(['text', 'json']).default('text'))
    .addHelpText('after', HELP)
    .action(async (file: string, options: Options) => {
      process.exitCode = await verify(file, options);
    });
}

async function verify(
  file: string,
  { key, partitionValue = process.env[ENV.partitionValue], output }: Options,
): Promise<number> {
  try {
    const found = read(file, findReceipt);
    if ('wrong' in found) throw new Unusable(`${named(file)} ${found.wrong}`);
    const verdict = judged(found, await verifyReceipt(found.jws, key.map(keyIn)), partitionValue);
    return print(verdict, output);
  } catch (error) {
    if (!(error instanceof Unusable)) throw error;
    process.stderr.write(`dynamoctl verify-receipt: ${error.message}\n`);
    return EXIT_CODES.InvalidTarget;
  }
}

/** A receipt that is whole must also be about what it was found in, and about what was meant. */
function judged({ resource }: Found, verdict: Verdict, partitionValue: string | undefined): Verdict {
  if ('refused' in verdict) return verdict;
  const { claims } = verdict;
  const elsewhere = belongsElsewhere(claims, resource);
  if (elsewhere !== undefined) return { refused: elsewhere };
  const about = { digest: claims.partitionKey.digest, uid: claims.resource.uid };
  if (partitionValue !== undefined && !isDigestOf(partitionValue, about))
    return { refused: 'the receipt is about another partition than the one that you named' };
  return verdict;
}

function print(verdict: Verdict, output: Options['output']): number {
  const isVerified = 'claims' in verdict;
  if (!isVerified) process.stderr.write(`dynamoctl verify-receipt: refused: ${verdict.refused}\n`);
  if (output === 'json') process.stdout.write(`${JSON.stringify({ verified: isVerified, ...verdict }, null, 2)}\n`);
  else if (isVerified)
    process.stdout.write(inWords(verdict.claims, verdict.kid, (text) => printable(text).slice(1, -1)));
  return isVerified ? EXIT_CODES.done : EXIT_CODES.GuardRefused;
}

function keyIn(file: string): KeyObject {
  return read(file, (text) => {
    try {
      return verifyingKey(text);
    } catch (error) {
      if (!(error instanceof InvalidKey)) throw error;
      throw new Unusable(`${named(file)} ${error.message}`);
    }
  });
}

function read<T>(file: string, parse: (text: string) => T): T {
  let text: string;
  try {
    text = readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new Unusable(`${named(file)} cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}`);
  }
  return parse(text);
}

const named = (file: string): string => (file === '-' ? 'stdin' : file);
