/** The time at which every history starts. */
export const EPOCH = Date.parse('2026-01-01T00:00:00Z');

/** A time of the cluster as the API server writes it: whole seconds. */
export const isoTime = (virtual: number): string =>
  `${new Date(EPOCH + Math.floor(virtual / 1000) * 1000).toISOString().slice(0, 19)}Z`;
