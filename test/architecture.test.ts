import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import ts from 'typescript';

/** Which room may import what. A room's own files are always allowed; the rest stands here, and nothing else is. */
const MAY_IMPORT: Readonly<Record<string, readonly RegExp[]>> = {
  api: [/^@sinclair\/typebox(\/|$)/],
  operator: [/^api\//, /^node:crypto$/],
  webhook: [
    /^(api|operator)\//,
    /^fastify$/,
    /^@fastify\//,
    /^ajv(-formats)?$/,
    /^@sinclair\/typebox$/,
    /^prom-client$/,
    /^node:(crypto|tls|http)$/,
  ],
  deletion: [/^api\//, /^@aws-sdk\//, /^@smithy\//, /^node:crypto$/],
  cli: [/./],
};

/** Clocks, randomness, the environment and the like: only cli reads them, everyone else has them handed in. */
const WORLD: readonly { what: string; pattern: RegExp }[] = [
  { what: 'a clock', pattern: /\bDate\.now\(|\bnew Date\(\s*\)|\bperformance\.|\bprocess\.hrtime/ },
  { what: 'a timer', pattern: /\bset(Timeout|Interval|Immediate)\(/ },
  { what: 'randomness', pattern: /\bMath\.random\(|\brandom(Bytes|UUID|Int)\b/ },
  { what: 'the process', pattern: /(?<![\w.'"`-])process\.(?!hrtime)/ },
];

const source = fileURLToPath(new URL('../src/', import.meta.url));
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

t.ok(files.length > 20, 'the source is found');

for (const file of files) {
  const room = file.split('/')[0] ?? '';
  t.test(file, async (t) => {
    const allowed = MAY_IMPORT[room];
    if (!t.ok(allowed, `src/${room} is a room of the design`) || !allowed) return;
    const text = readFileSync(join(source, file), 'utf8');
    for (const specifier of importsOf(text)) {
      const inside = specifier.startsWith('.');
      const name = inside ? relative(source, resolve(source, dirname(file), specifier)) : specifier;
      t.notMatch(name, /^\.\./, `${specifier} stays inside src`);
      const own = inside && name.startsWith(`${room}/`);
      t.ok(own || allowed.some((pattern) => pattern.test(name)), `src/${room} may import ${name}`);
    }
    if (room === 'cli') return;
    const code = withoutComments(text);
    for (const { what, pattern } of WORLD) t.notMatch(code, pattern, `does not read ${what}`);
  });
}

t.test('the table refuses what it should', async (t) => {
  t.notOk(MAY_IMPORT['operator']?.some((pattern) => pattern.test('node:fs')));
  t.notOk(MAY_IMPORT['api']?.some((pattern) => pattern.test('operator/sync.js')));
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
