import { stringify } from 'yaml';
import type { CompositeResponse, Parent } from '../../api/hooks.js';

export interface Answered {
  parent: Parent;
  answer: CompositeResponse;
}

const PLACEHOLDER_NOTE =
  ' The uid is a placeholder (set it with --uid): in a cluster the hexadecimal end of the name, the run and PARENT_UID differ.\n';

/** Prints the answers as YAML for a person or JSON for a program: each resource with its status, followed by its children. */
export function printAnswers(answers: readonly Answered[], format: 'yaml' | 'json', placeholder: boolean): string {
  const objects = answers.flatMap(({ parent, answer }) => {
    const { apiVersion, kind, metadata } = parent;
    const named = { apiVersion, kind, metadata: { name: metadata.name, namespace: metadata.namespace } };
    return [{ ...named, status: answer.status }, ...answer.children];
  });
  if (format === 'json') return `${JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }, null, 2)}\n`;
  const note = `# For reading, not for applying.${placeholder ? PLACEHOLDER_NOTE : '\n'}`;
  return (
    note + objects.map((object) => stringify(object, { lineWidth: 0, aliasDuplicateObjects: false })).join('---\n')
  );
}
