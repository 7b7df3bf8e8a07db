import { destination, type Logger, type LoggerOptions, pino, stdTimeFunctions } from 'pino';

/** How all programs log, so that one pipeline reads them: levels as words, times in ISO 8601. */
const FORMAT: LoggerOptions = {
  timestamp: stdTimeFunctions.isoTime,
  formatters: { level: (label) => ({ level: label }) },
};

/** JSON lines on stdout, written synchronously so that the last line is not lost when the process exits. */
export function workerLogger(fields: object): Logger {
  return pino({ ...FORMAT, base: fields }, destination({ dest: 1, sync: true }));
}

/** JSON lines on stdout, from this level on. */
export const operatorLogger = (level: string): Logger => pino({ ...FORMAT, base: {}, level });
