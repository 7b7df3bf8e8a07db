import { createContext, type DeletionOptions } from '../../../src/deletion/context.js';
import { Limits } from '../../../src/deletion/limits.js';
import { WriteLimiter } from '../../../src/deletion/pace/write-limiter.js';
import type { SingleItemTarget, SortedTarget } from '../../../src/deletion/target.js';
import { VirtualTime } from '../../models/virtual-time.js';
import { recordedLog } from '../../support/recorded-log.js';
import { S } from '../dynamodb/keys.js';

interface Sent {
  operation: string;
  input: Record<string, unknown>;
  at: number;
}

/** DynamoDB's answer to an operation, given the input and the number of earlier requests; an Error is thrown. */
type Answer = (input: Record<string, unknown>, earlier: number) => object | Promise<object>;

/** What the steps of a deletion share, around a client that answers as scripted, in virtual time. */
export function scripted(answers: Record<string, Answer> = {}, options: Partial<DeletionOptions> = {}) {
  const clock = new VirtualTime({ unattended: true });
  const log = recordedLog();
  const sent: Sent[] = [];
  const client = {
    async send({ constructor, input }: { constructor: { name: string }; input: Record<string, unknown> }) {
      const operation = constructor.name.replace(/Command$/, '');
      const earlier = sent.filter((other) => other.operation === operation).length;
      sent.push({ operation, input, at: clock.now() });
      const answer = await (answers[operation] ?? (() => new Error(`no answer to ${operation}`)))(input, earlier);
      if (answer instanceof Error) throw answer;
      return answer;
    },
  } as unknown as DeletionOptions['client'];
  const asked = { tableName: 'Orders', partitionValue: 'p', mode: 'Execute' } as const;
  const all: DeletionOptions = { client, clock, log, asked, digest: (text) => text, ...options };
  const context = createContext(all, new Limits({ clock, log, caps: options.caps ?? {} }));
  const writeLimiter = (): WriteLimiter => new WriteLimiter(clock, { cap: options.caps?.maxWriteUnitsPerSecond });
  return { context, clock, log, sent, writeLimiter };
}

const inTable = {
  tableName: 'Orders',
  tableId: 'id',
  partition: { name: 'pk', type: 'S', value: S('p') },
  localIndexes: 0,
  globalIndexes: 0,
  capacity: { write: undefined, read: undefined, writeOfIndexes: {}, isOnDemand: true, warmWrite: undefined },
} as const;

export const sortedTarget = (parts: Partial<SortedTarget> = {}): SortedTarget => ({
  kind: 'sorted',
  ...inTable,
  sort: { name: 'sk', type: 'S' },
  range: { kind: 'all' },
  ...parts,
});

export const singleItemTarget = (): SingleItemTarget => ({ kind: 'single item', ...inTable });

/** A table as DescribeTable answers it. */
export const described = (TableId: string) => ({
  Table: {
    TableId,
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    AttributeDefinitions: [
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'sk', AttributeType: 'S' },
    ],
  },
});

/** A page as Query answers it. */
export const page = (sortKeys: readonly string[], more: object = {}) => ({
  Items: sortKeys.map((sk) => ({ pk: { S: 'p' }, sk: { S: sk } })),
  ...more,
});
export const lastKey = (sk: string) => ({ LastEvaluatedKey: { pk: { S: 'p' }, sk: { S: sk } } });
export const consumed = (CapacityUnits: number) => ({ ConsumedCapacity: { CapacityUnits } });

/** An error as the SDK throws it. */
export const sdkError = (name: string, httpStatusCode?: number, more: object = {}): Error =>
  Object.assign(new Error('secret'), { name, $metadata: { httpStatusCode }, ...more });
export const throttled = (more: object = {}) => sdkError('ThrottlingException', 400, more);
export const unavailable = () => sdkError('ServiceUnavailable', 503);
