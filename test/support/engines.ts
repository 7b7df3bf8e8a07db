import t, { type Test } from 'tap';
import { createTable, dropTable, type Engine, engineAt, startDynalite, type TableShape } from './dynamodb.js';

/** What a test on an engine gets: its own tables, which are deleted afterwards. */
export interface EngineForTest extends Engine {
  /** Makes a table for this test and returns its name. */
  table: (t: Test, shape: Omit<TableShape, 'name'>) => Promise<string>;
}

/** A reason to skip tests on an engine: mutation tests would run each of them, which takes seconds, once more for every mutant. */
export const WITHOUT_ENGINES: string | false =
  process.env.WITHOUT_ENGINES === 'true' ? 'mutation tests run no engine' : false;

let tables = 0;

async function withTables(engine: Engine): Promise<EngineForTest> {
  return {
    ...engine,
    table: async (t, shape) => {
      const name = `test-${process.pid}-${++tables}`;
      await createTable(engine.client, { name, ...shape });
      t.teardown(() => dropTable(engine.client, name).catch(() => {}));
      return name;
    },
  };
}

/** Runs the same tests on dynalite and, if DYNAMODB_LOCAL_ENDPOINT is set, on DynamoDB Local. */
export function onEachEngine(name: string, run: (t: Test, engine: EngineForTest) => Promise<void>): void {
  t.test(`${name} on dynalite`, { skip: WITHOUT_ENGINES }, async (t) => {
    const engine = await withTables(await startDynalite());
    t.teardown(() => engine.stop());
    await run(t, engine);
  });
  const local = process.env.DYNAMODB_LOCAL_ENDPOINT;
  const skip = local ? WITHOUT_ENGINES : 'DYNAMODB_LOCAL_ENDPOINT is not set';
  t.test(`${name} on DynamoDB Local`, { skip }, async (t) => {
    const engine = await withTables(engineAt(local!));
    t.teardown(() => engine.stop());
    await run(t, engine);
  });
}
