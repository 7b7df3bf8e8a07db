import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Package } from './packages.js';

/** Licenses under which a package may be in the image. A new one is for a person to read first. */
const ALLOWED: readonly string[] = [
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
];

// cspell:words licence
/** What licenses want to be handed on: their own text, and notices. */
const TEXT = /^(license|licence|copying|notice)/i;

/** The licenses and notices of packages, one after the other. @throws if one has a license that nobody has allowed */
export function licensesOf(packages: readonly Package[]): string {
  const wrong = packages.filter(({ license }) => !ALLOWED.includes(license));
  if (wrong.length > 0)
    throw new Error(
      `not among ${ALLOWED.join(', ')}: ${wrong.map(({ name, license }) => `${name} (${license})`).join(', ')}`,
    );
  const intro = `This image contains code of the following ${packages.length} packages of npm.\n`;
  return [intro, ...packages.map(sectionOf)].join(`\n${'='.repeat(80)}\n\n`);
}

function sectionOf({ name, version, license, folder }: Package): string {
  const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile() && TEXT.test(entry.name));
  const texts = files.map((entry) => readFileSync(join(folder, entry.name), 'utf8').trimEnd());
  const none = `The package has no file with the text of its license; its package.json names ${license}.`;
  return `${name} ${version}\nLicense: ${license}\n\n${texts.length > 0 ? texts.join('\n\n') : none}\n`;
}
