/** Words of PromQL that are not metrics; functions are recognized by their bracket. */
const KEYWORDS = [
  'and',
  'or',
  'unless',
  'on',
  'ignoring',
  'by',
  'without',
  'group_left',
  'group_right',
  'bool',
  'offset',
];

/** The names of the metrics in a PromQL expression. Deliberately crude: unknown words count as metrics. */
export function metricsIn(expression: string): string[] {
  const bare = expression
    .replace(/\{[^}]*\}/g, '')
    .replace(/"[^"]*"/g, '')
    .replace(/\[[^\]]*\]/g, '')
    .replace(/\b(by|on|without|ignoring)\s*\([^)]*\)/g, '');
  const words = [...bare.matchAll(/[a-zA-Z_:][a-zA-Z0-9_:]*(?!\s*\()\b(?!\()/g)].map(([word]) => word);
  return [...new Set(words.filter((word) => !KEYWORDS.includes(word)))];
}
