import type { Reason } from './buckets.js';

/** An answer in place of the engine's. */
export interface Answer {
  status: number;
  body: unknown;
}

const MODELLED = 'com.amazonaws.dynamodb.v20120810';
const COMMON = 'com.amazon.coral.service';

const THROTTLING_EXCEPTIONS = [
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'RequestLimitExceeded',
] as const;
export type ThrottlingExceptionName = (typeof THROTTLING_EXCEPTIONS)[number];

/** The exception types name the reasons differently. Source: the service model of the SDK. */
const REASONS_FIELD: Record<ThrottlingExceptionName, string> = {
  ProvisionedThroughputExceededException: 'ThrottlingReasons',
  ThrottlingException: 'throttlingReasons',
  RequestLimitExceeded: 'ThrottlingReasons',
};

function exception(name: string, message: string, { status = 400, model = MODELLED, fields = {} } = {}): Answer {
  return { status, body: { __type: `${model}#${name}`, message, ...fields } };
}

/** The exception for a request of which nothing was processed, with its reasons. */
export function throttled(name: ThrottlingExceptionName, reasons: readonly Reason[], table: string): Answer {
  const resource = `arn:aws:dynamodb:us-east-1:000000000000:table/${table}`;
  const fields = reasons.length === 0 ? {} : { [REASONS_FIELD[name]]: reasons.map((reason) => ({ reason, resource })) };
  return exception(name, 'Throughput exceeds the current capacity.', { fields });
}

export const accessDenied = (operation: string): Answer =>
  exception('AccessDeniedException', `User is not authorized to perform: dynamodb:${operation}`, { model: COMMON });

export const internalServerError = (): Answer =>
  exception('InternalServerError', 'The request could not be processed because of an internal failure', {
    status: 500,
  });

export const serviceUnavailable = (): Answer =>
  exception('ServiceUnavailable', 'Service is temporarily unavailable', { status: 503, model: COMMON });

/** DescribeContinuousBackups with point-in-time recovery on or off. (No engine for tests knows that operation.) */
export const continuousBackups = (on: boolean): Answer => ({
  status: 200,
  body: {
    ContinuousBackupsDescription: {
      ContinuousBackupsStatus: 'ENABLED',
      PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: on ? 'ENABLED' : 'DISABLED' },
    },
  },
});
