/** Loaded before a contender: leaves behind what its process took. */
import { writeFileSync } from 'node:fs';

const file = process.env.BENCH_MEASURE;
process.on('exit', () => {
  if (!file) return;
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  writeFileSync(
    file,
    JSON.stringify({ cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, peakMegabytes: maxRSS / 1024 }),
  );
});
