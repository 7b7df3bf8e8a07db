/** What the log says about a bug: its type, its stack and, unless it contains the value of a key, its message. */
export interface Fault {
  namespace?: string;
  name?: string;
  error: { type: string; message: string; stack: string };
}

interface Body {
  parent?: { metadata?: { namespace?: string; name?: string }; spec?: { ddbCtlDpJob?: Record<string, unknown> } };
}

const FRAME = /^ +at .*:\d+:\d+\)?$/;

/** Describes whatever a hook threw for `body`. Errors may quote values: "Cannot create property 'a' on string '…'". */
export function describeFault(error: unknown, body: unknown): Fault {
  const parent = (body as Body | null | undefined)?.parent;
  const thrown = error instanceof Error ? error : new Error(`thrown: ${typeof error}`);
  const quoted = keyValues(parent?.spec?.ddbCtlDpJob).some((value) => thrown.message.includes(value));
  return {
    ...(parent?.metadata && { namespace: parent.metadata.namespace, name: parent.metadata.name }),
    error: {
      type: thrown.name,
      message: quoted ? '(withheld: it contains the value of a key)' : thrown.message,
      // Frames only: a stack begins with the message.
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
