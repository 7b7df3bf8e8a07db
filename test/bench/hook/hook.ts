/**
 * `npm run bench:hook`: the webhook beside a bare `node:http` server, with the recorded hooks of `hooks/`, in interleaved rounds.
 * Both servers are processes of their own; this one makes the requests.
 *
 *   BENCH_ROUNDS=9   rounds
 *   BENCH_SCALE=1    shortens each round
 */
import { cpus, loadavg } from 'node:os';
import { measureHook } from './measure-hook.js';

console.log(JSON.stringify({ cpu: cpus()[0]?.model, cores: cpus().length, node: process.version }));
const rows = await measureHook(Number(process.env.BENCH_ROUNDS ?? 9), Number(process.env.BENCH_SCALE ?? 1));
for (const { contender, unit, value, must, reached } of rows) {
  const figures = `${value.median.toPrecision(4)} (${value.low.toPrecision(4)}–${value.high.toPrecision(4)}) ${unit}`;
  const verdict = must === undefined ? '' : reached ? `reached: ${must}` : `NOT reached: ${must}`;
  console.log([contender.padEnd(34), figures.padEnd(46), verdict].join(' ').trimEnd());
}
console.log(
  `load of the machine: ${loadavg()
    .map((load) => load.toFixed(1))
    .join(' ')}`,
);
