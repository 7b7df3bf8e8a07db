import { after, clock } from '../../src/cli/process/clock.js';
import type { Surroundings } from '../../src/dynamodb/credential-chain.js';

/** Of this process, for a client that is tried for real. */
export const surroundings: Surroundings = { env: process.env, sleep: (ms, signal) => clock.sleep(ms, signal), after };
