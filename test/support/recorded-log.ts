import type { Log } from '../../src/deletion/runtime.js';

export interface Line {
  level: 'info' | 'warn';
  fields: object;
  message: string;
}

/** A log that keeps its lines. */
export function recordedLog(): Log & { lines: Line[] } {
  const lines: Line[] = [];
  return {
    lines,
    info: (fields, message) => void lines.push({ level: 'info', fields, message }),
    warn: (fields, message) => void lines.push({ level: 'warn', fields, message }),
  };
}
