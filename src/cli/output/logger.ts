import { destination, type Logger, pino, stdTimeFunctions } from 'pino';

/** JSON lines on stdout, written at once: the last line must not be lost when the process ends. */
export function workerLogger(fields: object): Logger {
  return pino(
    {
      base: fields,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination({ dest: 1, sync: true }),
  );
}
