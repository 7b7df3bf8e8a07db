import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import t from 'tap';
import ts from 'typescript';

/** What a module imports before it runs: neither types nor what is imported when it is needed. */
function importsOf(file: string): string[] {
  const tree = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2023);
  return tree.statements.flatMap((statement) => {
    const imports =
      ts.isImportDeclaration(statement) && statement.importClause?.phaseModifier !== ts.SyntaxKind.TypeKeyword;
    const exports = ts.isExportDeclaration(statement) && !statement.isTypeOnly;
    const from = imports || exports ? statement.moduleSpecifier : undefined;
    return from && ts.isStringLiteral(from) ? [from.text] : [];
  });
}

/** The packages that are loaded with a file. */
function packagesOf(file: string, seen = new Set<string>()): Set<string> {
  const packages = new Set<string>();
  if (seen.has(file)) return packages;
  seen.add(file);
  for (const name of importsOf(file)) {
    if (!name.startsWith('.')) packages.add(name);
    else for (const more of packagesOf(join(dirname(file), name.replace(/\.js$/, '.ts')), seen)) packages.add(more);
  }
  return packages;
}

const own = (file: string): string[] => [...packagesOf(file)].filter((name) => !name.startsWith('node:')).sort();

t.test("a Job's worker loads what it needs, and nothing for people or for the webhook", async (t) => {
  t.same(own('src/cli/dynamoctl.ts'), ['commander'], 'a wrong word needs no SDK to be found');
  const worker = own('src/cli/worker/run-worker.ts');
  t.ok(worker.includes('@aws-sdk/client-dynamodb') && worker.includes('pino'), 'it is found what is loaded');
  for (const name of ['log-update', 'fastify', 'yaml', 'commander']) t.notOk(worker.includes(name), name);
  t.ok(own('src/cli/output/terminal/open.ts').includes('log-update'));
});
