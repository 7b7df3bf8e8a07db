import { readFileSync } from 'node:fs';

/** Version of this package, from its package.json beside dist/ or src/. */
export function version(): string {
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** The image of this version, which both the operator and its workers run. */
export function publishedImage(): string {
  return `ghcr.io/sanjivmadhavan/dynamoctl-dp-operator:v${version()}`;
}
