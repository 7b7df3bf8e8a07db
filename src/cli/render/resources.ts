import { type Document, parseAllDocuments, type ParseOptions, type SchemaOptions, visit } from 'yaml';
import { specViolations } from '../../api/validate.js';
import { API_VERSION, GROUP, KIND } from '../../api/names.js';
import { DNS_SUBDOMAIN } from '../../api/patterns.js';
import { redact, valueAt } from './redact.js';
import type { Resource } from './request.js';

/** What was found in the files. */
export interface Found {
  resources: Resource[];
  /** What was skipped. */
  notes: string[];
  /** What is wrong, where, and how to correct it. Never includes a key's value. */
  wrong: string[];
}

const NAME = new RegExp(`^${DNS_SUBDOMAIN}$`);
const NAMESPACE = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

/**
 * YAML as kubectl reads it: version 1.1, in which `yes` is a boolean, but without timestamps and base-60 numbers.
 * Source: sigs.k8s.io/yaml
 */
const AS_KUBECTL: ParseOptions & SchemaOptions = {
  schema: 'yaml-1.1',
  customTags: (tags) =>
    tags.filter((tag) => typeof tag === 'string' || (tag.format !== 'TIME' && !tag.tag.endsWith(':timestamp'))),
};

/** Reads the DdbctlDpJobs of one file from all its documents and Lists. Other objects are skipped. */
export function readResources(file: string, text: string, found: Found): void {
  const before = found.resources.length + found.wrong.length;
  let ordinal = 0;
  for (const document of parseAllDocuments(text, AS_KUBECTL)) {
    ordinal++;
    const where = ordinal === 1 ? file : `${file}, document ${ordinal}`;
    const broken = brokenBecause(document);
    if (broken !== undefined) found.wrong.push(`${where}: ${broken}`);
    else if (document.contents !== null) readObject(where, document.toJS() as unknown, found);
  }
  if (found.resources.length + found.wrong.length === before)
    found.wrong.push(`${file}: contains no ${KIND} of apiVersion ${API_VERSION}`);
}

/** Why a document cannot be used. The parser's own message could quote a key's value, so only the position is shown. */
function brokenBecause(document: Document): string | undefined {
  const [error] = document.errors;
  if (error) {
    const { line, col } = error.linePos?.[0] ?? { line: 0, col: 0 };
    return `is not YAML: ${error.code.toLowerCase().replaceAll('_', ' ')} in line ${line}, column ${col}`;
  }
  let aliases = 0;
  visit(document, {
    Alias: () => {
      aliases++;
    },
  });
  return aliases > 100 ? 'contains more than 100 aliases' : undefined;
}

function readObject(where: string, object: unknown, found: Found): void {
  if (!isObject(object)) {
    found.wrong.push(
      `${where}: must be an object with apiVersion, kind, metadata and spec (given: ${redact('', object)})`,
    );
    return;
  }
  const { apiVersion, kind } = object;
  if (kind === 'List' && Array.isArray(object.items)) {
    object.items.forEach((item: unknown, index) => readObject(`${where}, items[${index}]`, item, found));
    return;
  }
  const ours = kind === KIND || (typeof apiVersion === 'string' && apiVersion.startsWith(`${GROUP}/`));
  if (!ours) {
    found.notes.push(`${where}: skipped: not a ${KIND} (kind: ${redact('kind', kind)})`);
    return;
  }
  const wrong = [...headViolations(object), ...bodyViolations(object)];
  if (wrong.length === 0) found.resources.push(object as unknown as Resource);
  found.wrong.push(...wrong.map((text) => `${where}: ${text}`));
}

function headViolations({ apiVersion, kind, metadata }: Record<string, unknown>): string[] {
  const wrong: string[] = [];
  const refuse = (path: string, message: string, value: unknown): void => {
    wrong.push(`${path}: ${message} (given: ${redact(path, value)})`);
  };
  if (apiVersion !== API_VERSION) refuse('apiVersion', `must be ${API_VERSION}`, apiVersion);
  if (kind !== KIND) refuse('kind', `must be ${KIND}`, kind);
  if (!isObject(metadata)) {
    refuse('metadata', 'must be an object with a name', metadata);
    return wrong;
  }
  const { name, namespace, annotations } = metadata;
  if (typeof name !== 'string' || name.length > 253 || !NAME.test(name))
    refuse('metadata.name', 'must be at most 253 lower-case letters, digits, - and .', name);
  if (namespace !== undefined && (typeof namespace !== 'string' || namespace.length > 63 || !NAMESPACE.test(namespace)))
    refuse('metadata.namespace', 'must be at most 63 lower-case letters, digits and -', namespace);
  if (annotations !== undefined && !areStrings(annotations))
    refuse('metadata.annotations', 'must have strings as values; quote numbers, true and false', annotations);
  return wrong;
}

function bodyViolations(object: Record<string, unknown>): string[] {
  const { spec } = object;
  const wrong = specViolations(spec).map(({ path, message, unknown }) =>
    unknown === 'field' ? `${path}: ${message}` : `${path}: ${message}${hint(object, path)}`,
  );
  return [...new Set(wrong)];
}

/** The given value, with advice if YAML took a string for something else. */
function hint(object: unknown, path: string): string {
  const value = valueAt(object, path);
  // A rule about an object names its fields; each wrong field is reported on its own line.
  if (isObject(value)) return '';
  const unquoted = typeof value === 'number' || typeof value === 'boolean';
  return ` (given: ${redact(path, value)}${unquoted ? '; put a string that looks like one in quotes' : ''})`;
}

const areStrings = (value: unknown): boolean =>
  isObject(value) && Object.values(value).every((entry) => typeof entry === 'string');

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
