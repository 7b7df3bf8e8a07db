import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';

/** An object of the Kubernetes API, as in a manifest. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; [key: string]: unknown };
  [key: string]: unknown;
}

/**
 * All objects of a kustomization that only lists resources, in an order in which they can be applied. With this, generating and
 * checking `install.yaml` needs nothing but Node.js; a cluster test compares it with the output of kubectl for the same folder.
 * `configurations` is let through: it says where the transformers of overlays apply, and there are none here.
 * @throws if a kustomization uses any other field, which would otherwise be ignored silently
 */
export function renderKustomization(folder: string): Manifest[] {
  return inOrder(collect(folder));
}

const WITHOUT_EFFECT = ['apiVersion', 'kind', 'configurations'];

function collect(folder: string): Manifest[] {
  const file = join(folder, 'kustomization.yaml');
  const { resources, ...rest } = parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  const unknown = Object.keys(rest).filter((field) => !WITHOUT_EFFECT.includes(field));
  if (unknown.length > 0) throw new Error(`${file}: ${unknown.join(', ')} is not supported here`);
  return (resources as string[]).flatMap((resource) => {
    const path = join(folder, resource);
    return existsSync(path) && statSync(path).isDirectory() ? collect(path) : readManifests(path);
  });
}

export function readManifests(path: string): Manifest[] {
  return parseAllDocuments(readFileSync(path, 'utf8')).map((document) => {
    if (document.errors[0]) throw new Error(`${path}: ${document.errors[0].message}`);
    return document.toJS() as Manifest;
  });
}

/** Kinds that must exist before others, in order. All other kinds come last, in the order in which they are listed. */
const FIRST = ['Namespace', 'CustomResourceDefinition', 'ServiceAccount', 'Role', 'ClusterRole'];

function inOrder(manifests: Manifest[]): Manifest[] {
  const rank = ({ kind }: Manifest): number => (FIRST.includes(kind) ? FIRST.indexOf(kind) : FIRST.length);
  return [...manifests].sort((a, b) => rank(a) - rank(b));
}
