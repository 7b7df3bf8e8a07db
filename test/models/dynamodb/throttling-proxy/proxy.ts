import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Item, itemSize, writeUnits } from './attributes.js';
import { admit, type Reason } from './buckets.js';
import { type CapacityDetail, readUnitsOf, withCapacity } from './capacity.js';
import { accessDenied, type Answer, continuousBackups, throttled } from './exceptions.js';
import { Limits, type TableLimits } from './limits.js';
import { seeded, shuffled } from '../../random.js';
import type { Entry } from './records.js';
import { type Fault, type Rule, Script, type Seen } from './rules.js';
import { Table } from './table.js';
import { HttpUpstream, type Upstream, type UpstreamAnswer } from './upstream.js';

export interface FaultyDynamoDbOptions {
  /** The engine: the URL of dynalite or DynamoDB Local, or one in this process. */
  upstream: string | Upstream;
  /** By table name. A table without limits is never throttled by itself. */
  limits?: Readonly<Record<string, TableLimits>>;
  rules?: readonly Rule[];
  /** The answer to DescribeContinuousBackups; absent: the engine's. */
  pointInTimeRecovery?: 'on' | 'off' | 'denied';
  consumedCapacity?: CapacityDetail;
  /** Milliseconds that every request takes in addition to the engine's time: half before, half after. */
  latency?: () => number;
  seed?: number;
  /** Milliseconds, monotonic. */
  now?: () => number;
  sleep?: (milliseconds: number) => Promise<void>;
  port?: number;
  host?: string;
}

/** One request as it came, for tests that assert what was sent. */
export interface Received extends Seen {
  headers: IncomingHttpHeaders;
}

interface WriteRequest {
  DeleteRequest?: { Key: Item };
  PutRequest?: { Item: Item };
}
type Sent = Pick<UpstreamAnswer, 'status' | 'headers' | 'text'>;

const READS = ['Query', 'Scan', 'GetItem'];

/** A DynamoDB that throttles, fails and loses answers on demand, in front of an engine that does none of that. */
export class FaultyDynamoDb {
  /** What was committed and refused, per request and sort-key range, in order of admission. */
  readonly writes: Entry[] = [];
  readonly reads: { at: number; table: string; units: number }[] = [];
  readonly received: Received[] = [];
  readonly script: Script;
  pointInTimeRecovery: FaultyDynamoDbOptions['pointInTimeRecovery'];
  /** Whether `received` grows; turn it off for long runs. */
  recordRequests = true;

  readonly #options: FaultyDynamoDbOptions;
  readonly #upstream: Upstream;
  readonly #limits = new Map<string, Limits>();
  readonly #tables = new Map<string, Promise<Table | undefined>>();
  readonly #random: () => number;
  readonly #now: () => number;
  readonly #sleep: (milliseconds: number) => Promise<void>;
  readonly #server = createServer((request, response) => void this.#handle(request, response));
  readonly #start: number;

  private constructor(options: FaultyDynamoDbOptions) {
    this.#options = options;
    const { upstream } = options;
    this.#upstream = typeof upstream === 'string' ? new HttpUpstream(upstream) : upstream;
    this.#random = seeded(options.seed ?? 1);
    this.#now = options.now ?? (() => performance.now());
    this.#sleep = options.sleep ?? ((milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)));
    this.script = new Script(options.rules ?? [], this.#random);
    this.pointInTimeRecovery = options.pointInTimeRecovery;
    for (const [table, limits] of Object.entries(options.limits ?? {})) this.limit(table, limits);
    this.#start = this.#now();
    this.#server.keepAliveTimeout = 60_000;
  }

  static async start(options: FaultyDynamoDbOptions): Promise<FaultyDynamoDb> {
    const proxy = new FaultyDynamoDb(options);
    await new Promise<void>((resolve) =>
      proxy.#server.listen(options.port ?? 0, options.host ?? '127.0.0.1', () => resolve()),
    );
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Replaces a table's limits with these, starting with full buckets; undefined: none. */
  limit(table: string, limits: TableLimits | undefined): void {
    if (limits === undefined) this.#limits.delete(table);
    else this.#limits.set(table, new Limits(limits));
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
    this.#upstream.close();
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const text = Buffer.concat(chunks).toString('utf8');
      const seen = this.#see(request, text);
      const latency = this.#options.latency?.() ?? 0;
      if (latency > 0) await this.#sleep(latency / 2);
      const fault = this.script.faultOf(seen);
      if (fault?.kind === 'slow') await this.#sleep(fault.milliseconds);
      if (fault?.kind === 'hang') return;
      if (fault?.kind === 'cut') return void request.socket.destroy();
      const answer = await this.#answer(request.headers, seen, text, fault);
      if (fault?.kind === 'cutAfterCommit') return void request.socket.destroy();
      if (latency > 0) await this.#sleep(latency / 2);
      reply(response, answer);
    } catch {
      // The engine or the client went away: what a client sees of a crashed server is a cut connection.
      request.socket.destroy();
    }
  }

  #see(request: IncomingMessage, text: string): Seen {
    const body = JSON.parse(text === '' ? '{}' : text) as Record<string, unknown>;
    const operation = String(request.headers['x-amz-target'] ?? '').replace(/^.*\./, '');
    const table = body.TableName ?? Object.keys((body.RequestItems as object | undefined) ?? {})[0];
    const seen = { operation, table: table as string | undefined, body, at: this.#now() - this.#start };
    if (this.recordRequests) this.received.push({ ...seen, headers: request.headers });
    return seen;
  }

  async #answer(headers: IncomingHttpHeaders, seen: Seen, text: string, fault: Fault | undefined): Promise<Sent> {
    const table = seen.table ?? '';
    if (fault?.kind === 'answer') return instead(fault.answer);
    if (fault?.kind === 'throttle')
      return instead(throttled(fault.exception ?? 'ThrottlingException', fault.reasons ?? [], table));
    if (seen.operation === 'DescribeContinuousBackups' && this.pointInTimeRecovery !== undefined)
      return instead(
        this.pointInTimeRecovery === 'denied'
          ? accessDenied(seen.operation)
          : continuousBackups(this.pointInTimeRecovery === 'on'),
      );
    if (seen.operation === 'BatchWriteItem')
      return this.#batchWrite(headers, seen, fault?.kind === 'process' ? fault.items : Infinity);
    if (seen.operation === 'DeleteItem' || seen.operation === 'PutItem') return this.#write(headers, seen, text);
    if (READS.includes(seen.operation)) return this.#read(headers, seen);
    if (seen.operation === 'DeleteTable') this.#tables.delete(table);
    return this.#upstream.send(headers, text);
  }

  async #batchWrite(headers: IncomingHttpHeaders, seen: Seen, most: number): Promise<Sent> {
    const requested = Object.entries((seen.body.RequestItems ?? {}) as Record<string, WriteRequest[]>);
    const processed: Record<string, WriteRequest[]> = {};
    const unprocessed: Record<string, WriteRequest[]> = {};
    const reasons = new Set<Reason>();
    const tables = new Map<string, Table | undefined>();
    for (const [name] of requested) tables.set(name, await this.#table(headers, name));
    let room = most;
    for (const [name, requests] of requested) {
      const meter = this.#meter(name);
      for (const request of shuffled(requests, this.#random)) {
        const reason = room > 0 ? this.#admit(name, tables.get(name), request, meter) : 'unprocessed';
        if (reason === undefined) room--;
        else if (reason !== 'unprocessed') reasons.add(reason);
        ((reason === undefined ? processed : unprocessed)[name] ??= []).push(request);
      }
    }
    if (Object.keys(processed).length === 0 && Object.keys(unprocessed).length > 0)
      return instead(throttled(this.#exceptionOf(seen.table), [...reasons], seen.table ?? ''));
    // An engine rejects an empty request by itself, as it does every other client error.
    const answer = await this.#upstream.send(headers, JSON.stringify({ ...seen.body, RequestItems: processed }));
    if (answer.status !== 200) return answer;
    for (const [name, requests] of Object.entries(processed))
      for (const request of requests) remember(tables.get(name), request);
    if (Object.keys(unprocessed).length === 0 && this.#detail === 'full') return answer;
    const body = JSON.parse(answer.text) as Record<string, unknown>;
    return { ...answer, ...rewritten({ ...withCapacity(body, this.#detail), UnprocessedItems: unprocessed }) };
  }

  async #write(headers: IncomingHttpHeaders, seen: Seen, text: string): Promise<Sent> {
    const name = seen.table ?? '';
    const request: WriteRequest =
      seen.operation === 'PutItem'
        ? { PutRequest: { Item: seen.body.Item as Item } }
        : { DeleteRequest: { Key: seen.body.Key as Item } };
    const table = await this.#table(headers, name);
    const reason = this.#admit(name, table, request, this.#meter(name));
    if (reason !== undefined) return instead(throttled(this.#exceptionOf(name), [reason], name));
    const answer = await this.#upstream.send(headers, text);
    if (answer.status !== 200) return answer;
    remember(table, request);
    if (this.#detail === 'full') return answer;
    return {
      ...answer,
      ...rewritten(withCapacity(JSON.parse(answer.text) as Record<string, unknown>, this.#detail)),
    };
  }

  /** Reads are charged afterwards, according to what the engine says they consumed. */
  async #read(headers: IncomingHttpHeaders, seen: Seen): Promise<Sent> {
    const name = seen.table ?? '';
    const gate = this.#limits.get(name)?.reads;
    if (gate && !gate.bucket.open(this.#now())) return instead(throttled(this.#exceptionOf(name), [gate.reason], name));
    const asked = (seen.body.ReturnConsumedCapacity ?? 'NONE') as string;
    const body = { ...seen.body, ReturnConsumedCapacity: asked === 'NONE' ? 'TOTAL' : asked };
    const answer = await this.#upstream.send(headers, JSON.stringify(body));
    if (answer.status !== 200) return answer;
    const page = JSON.parse(answer.text) as Record<string, unknown>;
    const units = readUnitsOf(page);
    gate?.bucket.charge(units);
    this.reads.push({ at: this.#now() - this.#start, table: name, units });
    return { ...answer, ...rewritten(withCapacity(page, asked === 'NONE' ? 'none' : this.#detail)) };
  }

  get #detail(): CapacityDetail {
    return this.#options.consumedCapacity ?? 'full';
  }

  #exceptionOf(table: string | undefined) {
    return this.#limits.get(table ?? '')?.exception ?? 'ThrottlingException';
  }

  #table(headers: IncomingHttpHeaders, name: string): Promise<Table | undefined> {
    let table = this.#tables.get(name);
    if (table === undefined) {
      table = Table.learn(this.#upstream, headers, name).then((learned) => {
        if (learned === undefined) this.#tables.delete(name);
        return learned;
      });
      this.#tables.set(name, table);
    }
    return table;
  }

  /** Entries of one request, one per range, made when first needed. */
  #meter(table: string): (range: number) => Entry {
    const entries = new Map<number, Entry>();
    const at = this.#now() - this.#start;
    return (range) => {
      let entry = entries.get(range);
      if (entry === undefined) {
        entry = { at, table, range, committed: 0, refused: 0 };
        entries.set(range, entry);
        this.writes.push(entry);
      }
      return entry;
    };
  }

  /** The reason why a write is refused; undefined: it passes. */
  #admit(name: string, table: Table | undefined, request: WriteRequest, meter: (range: number) => Entry) {
    const limits = this.#limits.get(name);
    if (table === undefined) return undefined;
    if (request.PutRequest && !limits?.chargePuts) return undefined;
    const key = request.DeleteRequest?.Key ?? request.PutRequest?.Item ?? {};
    const size = request.PutRequest ? writeUnits(itemSize(request.PutRequest.Item)) : 0;
    const units = Math.max(size, table.unitsOf(key));
    const range = limits?.rangeOf(table.sortKeyOf(key)) ?? 0;
    const reason = limits && admit(limits.gatesOf(range), units, this.#now());
    meter(range)[reason === undefined ? 'committed' : 'refused'] += units;
    return reason;
  }
}

function remember(table: Table | undefined, request: WriteRequest): void {
  if (request.PutRequest) table?.put(request.PutRequest.Item);
  if (request.DeleteRequest) table?.delete(request.DeleteRequest.Key);
}

const instead = ({ status, body }: Answer): Sent => ({ status, ...rewritten(body) });

/** A body of ours: without the engine's checksum and length. */
const rewritten = (body: unknown): Pick<Sent, 'headers' | 'text'> => ({ headers: {}, text: JSON.stringify(body) });

function reply(response: ServerResponse, { status, headers, text }: Sent): void {
  const checksum = headers['x-amz-crc32'];
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': Buffer.byteLength(text),
    'x-amzn-requestid': headers['x-amzn-requestid'] ?? 'faulty',
    ...(checksum === undefined ? {} : { 'x-amz-crc32': checksum }),
  });
  response.end(text);
}
