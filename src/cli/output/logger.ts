import { destination, type Logger, pino, stdTimeFunctions } from 'pino';

/** JSON lines on stdout, written synchronously so that the last line is not lost when the process exits. */
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
