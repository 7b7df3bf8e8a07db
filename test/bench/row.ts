import type { Measured } from './statistics.js';

/** A line of the table. */
export interface Row {
  what: string;
  contender: string;
  unit: string;
  value: Measured;
  /** What must be reached, and whether it was. */
  must?: string;
  reached?: boolean;
}
