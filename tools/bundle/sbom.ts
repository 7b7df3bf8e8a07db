import { execFileSync } from 'node:child_process';
import type { Package } from './packages.js';

interface Component {
  'bom-ref': string;
  name: string;
  version: string;
}

/** As far as it is changed here. Source: the schema of CycloneDX 1.5. */
interface Sbom {
  metadata: { component: { name: string; 'bom-ref': string } };
  components: Component[];
  dependencies: { ref: string; dependsOn: string[] }[];
}

/**
 * npm's own SBOM of all packages, without those that are not in the bundle. (Its `--omit=dev` leaves out what development needs
 * as well.) It says nothing about the base image.
 * @throws if what is installed, and so in the bundle, is not what package-lock.json names
 */
export function sbomOf(root: string, packages: readonly Package[]): Sbom {
  const flags = ['--package-lock-only', '--sbom-format=cyclonedx'];
  const all = JSON.parse(execFileSync('npm', ['sbom', ...flags], { cwd: root, encoding: 'utf8' })) as Sbom;
  return onlyThese(all, packages);
}

/** An SBOM without the components that are none of these packages. */
export function onlyThese(all: Sbom, packages: readonly Package[]): Sbom {
  const wanted = new Set(packages.map(({ name, version }) => `${name}@${version}`));
  const components = all.components.filter(({ name, version }) => wanted.delete(`${name}@${version}`));
  if (wanted.size > 0) throw new Error(`in the bundle, but not in package-lock.json: ${[...wanted].join(', ')}; run npm ci`);
  const { component } = all.metadata;
  const refs = new Set([component['bom-ref'], ...components.map((each) => each['bom-ref'])]);
  const dependencies = all.dependencies
    .filter(({ ref }) => refs.has(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((other) => refs.has(other)) }));
  // npm names the project after the folder that it lies in.
  const name = component['bom-ref'].replace(/@[^@]*$/, '');
  return { ...all, metadata: { ...all.metadata, component: { ...component, name } }, components, dependencies };
}
