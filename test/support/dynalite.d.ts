/** dynalite has no types. Source: its README. */
declare module 'dynalite' {
  import type { Server } from 'node:http';
  // eslint-disable-next-line import-x/no-default-export -- it is what the package has
  export default function dynalite(options?: {
    createTableMs?: number;
    deleteTableMs?: number;
    updateTableMs?: number;
    maxItemSizeKb?: number;
  }): Server;
}
