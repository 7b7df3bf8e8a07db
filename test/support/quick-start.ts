import { cpSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';
import { publishedImage } from '../../src/cli/process/version.js';
import { commandsIn, root, sectionOf } from '../documents/pages.js';

/** The quick start's page as something to run, on a cluster that may lack a registry, DynamoDB Local's image and DNS. */

/** What whoever runs the tests has done: a cluster with Metacontroller and the image in it. */
const DONE_BEFORE: readonly RegExp[] = [
  /^kind (create|delete) cluster$/,
  /^kind load docker-image /,
  /^docker build /,
  /^kubectl apply -k 'https:\/\/github\.com\/metacontroller\//,
];

export const quickStartCommands = (): string[] =>
  commandsIn(sectionOf('docs/quick-start.md', 'Ten minutes from nothing'));

export const isDoneBefore = (command: string): boolean => DONE_BEFORE.some((pattern) => pattern.test(command));

/** A copy of the manifests, to run the page's commands in, with this image in place of the published one. */
export function copyManifests(image: string | undefined): string {
  const folder = mkdtempSync(join(tmpdir(), 'quick-start-'));
  cpSync(join(root, 'manifests'), join(folder, 'manifests'), { recursive: true });
  if (image !== undefined) replaceIn(folder, publishedImage(), image);
  return folder;
}

/** Replaces a text wherever it stands in the copied manifests. @returns how often it stood there */
export function replaceIn(folder: string, text: string, other: string): number {
  let count = 0;
  for (const file of readdirSync(join(folder, 'manifests'), { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.yaml')) continue;
    const path = join(folder, 'manifests', file);
    const parts = readFileSync(path, 'utf8').split(text);
    count += parts.length - 1;
    if (parts.length > 1) writeFileSync(path, parts.join(other));
  }
  return count;
}

interface Deployment {
  kind: string;
  spec: { template: { spec: { containers: object[] } } };
}

/** Hands each connection on to an engine elsewhere. */
const handOn = (host: string, port: number): string => `
const { connect, createServer } = require('node:net');
createServer((inner) => {
  const outer = connect(${port}, ${JSON.stringify(host)});
  for (const [from, to] of [[inner, outer], [outer, inner]]) from.on('error', () => to.destroy()).pipe(to);
}).listen(8000);`;

/** Puts a program that hands connections on in the place of DynamoDB Local: the Deployment and its Service stay as they are. */
export function standInForEngine(folder: string, image: string, engine: { host: string; port: number }): void {
  const path = join(folder, 'manifests/quick-start/dynamodb-local.yaml');
  const objects = parseAllDocuments(readFileSync(path, 'utf8')).map((document) => document.toJS() as Deployment);
  for (const { kind, spec } of objects) {
    if (kind !== 'Deployment') continue;
    spec.template.spec.containers = spec.template.spec.containers.map(
      ({ args: _, ...container }: { args?: unknown }) => ({
        ...container,
        image,
        command: ['/nodejs/bin/node', '-e', handOn(engine.host, engine.port)],
      }),
    );
  }
  writeFileSync(path, objects.map((object) => stringify(object, { lineWidth: 0 })).join('---\n'));
}
