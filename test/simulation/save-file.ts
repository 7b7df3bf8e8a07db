import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Figures } from './campaign.js';
import type { Claim } from './claims.js';
import type { Exception } from './exceptions.js';
import type { Slice } from './slices.js';
import { type Count, Tally } from './tally.js';

/** What a campaign was when its first slice was saved. It goes on only as the same one. */
export interface Campaign {
  seed: number;
  histories: number;
  /** The digest of the code that ran, see `codeDigest`. */
  code: string;
}

interface SavedSlice {
  slice: string;
  figures: Omit<Figures, 'tally'>;
  claims: [Claim, Count][];
  excused: [Exception, number][];
}

/**
 * Keeps the figures of each slice that held, so that a campaign of many hours survives the end of its process.
 * A slice that breaks a claim is not kept: it runs again, and breaks the claim again.
 *
 * The file has a line of JSON for the campaign, and one for each slice. A last line that was cut off is removed.
 */
export class SaveFile {
  readonly #held = new Map<string, Figures>();

  /** @throws if the file was made by another campaign, or by other code */
  constructor(
    private readonly file: string,
    campaign: Campaign,
  ) {
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    // What is written next must begin a line.
    if (whole !== text) writeFileSync(file, whole);
    const [first, ...rest] = whole.split('\n').slice(0, -1);
    if (first === undefined) {
      writeFileSync(file, `${JSON.stringify(campaign)}\n`);
      return;
    }
    const saved = JSON.parse(first) as Partial<Campaign>;
    for (const key of ['seed', 'histories', 'code'] as const)
      if (saved[key] !== campaign[key])
        throw new Error(
          `${file} holds a campaign whose ${key} is ${saved[key]}, and not ${campaign[key]}: run that one, or give another file`,
        );
    for (const line of rest) this.#read(line);
  }

  /** The figures of a slice that has held. */
  figuresOf(slice: Slice): Figures | undefined {
    return this.#held.get(nameOf(slice));
  }

  save(slice: Slice, figures: Figures): void {
    const { tally, ...counts } = figures;
    const saved: SavedSlice = {
      slice: nameOf(slice),
      figures: counts,
      claims: [...tally.claims],
      excused: [...tally.excused],
    };
    appendFileSync(this.file, `${JSON.stringify(saved)}\n`);
    this.#held.set(saved.slice, figures);
  }

  #read(line: string): void {
    const { slice, figures, claims, excused } = JSON.parse(line) as SavedSlice;
    const tally = new Tally(new Map(claims), new Map(excused));
    this.#held.set(slice, { ...figures, tally });
  }
}

const nameOf = ({ seed, from, to }: Slice): string => `${seed}/${from}-${to}`;

/** A digest of every TypeScript file in these folders: what a history does depends on nothing else that is ours. */
export function codeDigest(folders: readonly string[]): string {
  const hash = createHash('sha256');
  for (const folder of folders)
    for (const file of (readdirSync(folder, { recursive: true }) as string[]).sort())
      if (file.endsWith('.ts')) hash.update(`${file}\n`).update(readFileSync(join(folder, file)));
  return hash.digest('hex').slice(0, 16);
}
