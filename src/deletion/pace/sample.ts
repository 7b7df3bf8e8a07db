import { PACING } from './pacing-parameters.js';

const { outage } = PACING;

/** The requests that were answered since the rate was last judged. */
export class Sample {
  acknowledged = 0;
  refused = 0;
  answers = 0;
  /** Write units that were sent meanwhile. */
  taken = 0;

  constructor(readonly since: number) {}

  get refusedShare(): number {
    return this.refused / (this.acknowledged + this.refused);
  }

  get showsOutage(): boolean {
    return this.acknowledged < outage.acknowledgedShare * (this.acknowledged + this.refused);
  }
}
