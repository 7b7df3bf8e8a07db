/** What the log says of a bug: what it was and where; the message only where no value of a key stands in it. */
export interface Fault {
  namespace?: string;
  name?: string;
  error: { type: string; message: string; stack: string };
}

interface Body {
  parent?: { metadata?: { namespace?: string; name?: string }; spec?: { ddbCtlDpJob?: Record<string, unknown> } };
}

const FRAME = /^ +at .*:\d+:\d+\)?$/;

/** Describes whatever was thrown while `body` was decided upon. Errors quote values: "Cannot create property 'a' on string '…'". */
export function describeFault(error: unknown, body: unknown): Fault {
  const parent = (body as Body | null | undefined)?.parent;
  const thrown = error instanceof Error ? error : new Error(`thrown: ${typeof error}`);
  const quoted = keyValues(parent?.spec?.ddbCtlDpJob).some((value) => thrown.message.includes(value));
  return {
    ...(parent?.metadata && { namespace: parent.metadata.namespace, name: parent.metadata.name }),
    error: {
      type: thrown.name,
      message: quoted ? '(withheld: it holds the value of a key)' : thrown.message,
      // Frames only: the head of a stack repeats the message.
      stack: (thrown.stack ?? '')
        .split('\n')
        .filter((line) => FRAME.test(line))
        .join('\n'),
    },
  };
}

function keyValues(target: Record<string, unknown> | undefined): string[] {
  const sortKey = target?.sortKey as Record<string, unknown> | undefined;
  return [target?.partitionValue, sortKey?.beginsWith, sortKey?.from, sortKey?.to]
    .filter((value) => typeof value === 'string' || typeof value === 'number')
    .map(String)
    .filter((value) => value !== '');
}
