import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import ts from 'typescript';

/**
 * Which room may import what. A room is the longest folder of `src/` that stands here; its own files are always allowed, the
 * rest stands in its row, and nothing else is. Inner rooms of `deletion`, `operator` and `cli` have rows of their own.
 */
const MAY_IMPORT: Readonly<Record<string, readonly RegExp[]>> = {
  api: [/^@sinclair\/typebox(\/|$)/],

  operator: [/^api\//, /^operator\//, /^node:crypto$/],
  'operator/observe': [/^api\//, /^operator\/[\w-]+\.js$/],
  'operator/rules': [/^api\//, /^operator\/[\w-]+\.js$/, /^operator\/observe\//],
  'operator/desired': [/^api\//, /^operator\/[\w-]+\.js$/, /^operator\/observe\//, /^operator\/rules\/rule\.js$/],

  webhook: [
    /^(api|operator)\//,
    /^fastify$/,
    /^@fastify\//,
    /^ajv(-formats)?$/,
    /^@sinclair\/typebox$/,
    /^prom-client$/,
    /^node:(crypto|tls|http)$/,
  ],

  dynamodb: [/^api\//, /^@aws-sdk\//, /^@smithy\//, /^hpagent$/, /^node:(https|net)$/],

  // The way of the data: read, split, pace and write come together in `write/clear-target.ts`; verify only reads.
  deletion: [/^(api|dynamodb|deletion)\//, /^@aws-sdk\/client-dynamodb$/],
  'deletion/retry': [/^(api|dynamodb)\//, /^deletion\/runtime\.js$/],
  'deletion/split': [/^dynamodb\//],
  'deletion/pace': [/^dynamodb\//, /^deletion\/runtime\.js$/],
  'deletion/read': [
    /^(api|dynamodb)\//,
    /^deletion\/[\w-]+\.js$/,
    /^deletion\/(retry|split|pace)\//,
    /^@aws-sdk\/client-dynamodb$/,
  ],
  'deletion/write': [
    /^(api|dynamodb)\//,
    /^deletion\/[\w-]+\.js$/,
    /^deletion\/(retry|split|pace|read)\//,
    /^@aws-sdk\/client-dynamodb$/,
  ],
  'deletion/verify': [/^(api|dynamodb)\//, /^deletion\/[\w-]+\.js$/, /^deletion\/(retry|read)\//],

  worker: [/^(api|deletion)\//],

  receipt: [/^api\//, /^dynamodb\/key-value\.js$/, /^@sinclair\/typebox(\/|$)/, /^jose$/, /^node:crypto$/],

  cli: [/./],
  'cli/commands': [/^(?!cli\/)/, /^cli\//],
  'cli/worker': [/^(?!cli\/)/, /^cli\/(output|process)\//],
  'cli/operator': [/^(?!cli\/)/, /^cli\/process\//],
  'cli/kubectl': [/^(?!cli\/)/, /^cli\/(output|process)\//],
  'cli/output': [/^(?!cli\/)/, /^cli\/process\//],
  'cli/render': [/^(?!cli\/)/, /^cli\/process\//],
  'cli/prune': [/^(?!cli\/)/, /^cli\/process\//],
  'cli/completion': [/^(?!cli\/)/, /^cli\/process\//],
  'cli/process': [/^(?!cli\/)/],
};

/** Clocks, randomness, the environment and the like: only cli reads them, everyone else has them handed in. */
const WORLD: readonly { what: string; pattern: RegExp }[] = [
  { what: 'a clock', pattern: /\bDate\.now\(|\bnew Date\(\s*\)|\bperformance\.|\bprocess\.hrtime/ },
  { what: 'a timer', pattern: /(?<!\.)\bset(Timeout|Interval|Immediate)\(/ },
  { what: 'randomness', pattern: /\bMath\.random\(|\brandom(Bytes|UUID|Int)\b/ },
  { what: 'the process', pattern: /(?<![\w.'"`-])process\.(?!hrtime)/ },
];

const source = fileURLToPath(new URL('../src/', import.meta.url));
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

t.ok(files.length > 20, 'the source is found');

/** The longest folder of the table that holds the file. */
function roomOf(file: string): string {
  for (let folder = dirname(file); folder !== '.'; folder = dirname(folder)) if (folder in MAY_IMPORT) return folder;
  return '';
}

const imports = new Map(
  files.map((file) => [
    file,
    importsOf(readFileSync(join(source, file), 'utf8')).map((specifier) =>
      specifier.startsWith('.') ? relative(source, resolve(source, dirname(file), specifier)) : specifier,
    ),
  ]),
);

for (const file of files) {
  t.test(file, async (t) => {
    const room = roomOf(file);
    const allowed = MAY_IMPORT[room];
    if (!t.ok(allowed, `src/${file} is in a room that docs/design/README.md describes`) || !allowed) return;
    for (const name of imports.get(file)!) {
      t.notMatch(name, /^\.\./, `${name} stays inside src`);
      const own = roomOf(name) === room;
      t.ok(own || allowed.some((pattern) => pattern.test(name)), `src/${room} may import ${name}`);
    }
    if (room.startsWith('cli')) return;
    const code = withoutComments(readFileSync(join(source, file), 'utf8'));
    for (const { what, pattern } of WORLD) t.notMatch(code, pattern, `does not read ${what}`);
  });
}

t.test('no file imports itself in a circle', async (t) => {
  t.same(circle(imports), undefined);
  t.same(
    circle(
      new Map([
        ['a.ts', ['b.js']],
        ['b.ts', ['c.js']],
        ['c.ts', ['b.js']],
      ]),
    ),
    ['b.ts', 'c.ts', 'b.ts'],
    'one is found where there is one',
  );
});

/** The first import circle, as the files along it; undefined where there is none. */
function circle(graph: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const clear = new Set<string>();
  const visit = (file: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (clear.has(file)) return undefined;
    for (const name of graph.get(file) ?? []) {
      const found = visit(name.replace(/\.js$/, '.ts'), [...path, file]);
      if (found) return found;
    }
    clear.add(file);
    return undefined;
  };
  for (const file of graph.keys()) {
    const found = visit(file, []);
    if (found) return found;
  }
  return undefined;
}

t.test('the table refuses what it should', async (t) => {
  t.notOk(MAY_IMPORT.operator?.some((pattern) => pattern.test('node:fs')));
  t.notOk(MAY_IMPORT['deletion/pace']?.some((pattern) => pattern.test('deletion/write/batch-write.js')));
  t.notOk(MAY_IMPORT['cli/output']?.some((pattern) => pattern.test('cli/worker/run-worker.js')));
  t.notOk(MAY_IMPORT.api?.some((pattern) => pattern.test('operator/sync.js')));
  t.same(importsOf("import a from 'x'; export * from 'y'; const z = await import('z'); // import 'no'"), [
    'x',
    'y',
    'z',
  ]);
  t.match('const a = new Date();', WORLD[0]?.pattern);
});

function importsOf(text: string): string[] {
  return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
}

function withoutComments(text: string): string {
  const printer = ts.createPrinter({ removeComments: true });
  return printer.printFile(ts.createSourceFile('file.ts', text, ts.ScriptTarget.ES2023, false));
}
