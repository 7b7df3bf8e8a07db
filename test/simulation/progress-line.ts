const EVERY_MS = 10_000;

/** Says from time to time how far a long run is, how fast, and how long it will take. */
export class ProgressLine {
  #started: number;
  #said: number;

  constructor(
    private readonly histories: number,
    private readonly now: () => number,
    private readonly say: (line: string) => void,
  ) {
    this.#started = this.#said = now();
  }

  held(count: number): void {
    const now = this.now();
    if (now - this.#said < EVERY_MS) return;
    this.#said = now;
    const rate = count / ((now - this.#started) / 1000);
    const left = Math.ceil((this.histories - count) / rate);
    this.say(`${count} of ${this.histories} histories, ${rate.toFixed(1)} a second, ${time(left)} left`);
  }
}

function time(seconds: number): string {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min` : `${seconds} s`;
}
