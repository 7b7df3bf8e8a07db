/** A condition of a stored or returned object, whatever its status contains. */
export function conditionOf(
  object: { status?: unknown },
  type: string,
): { status: string; reason: string; message?: string } | undefined {
  const conditions = (object.status as { conditions?: unknown } | undefined)?.conditions;
  if (!Array.isArray(conditions)) return undefined;
  return (
    (conditions as ({ type?: string; status: string; reason: string; message?: string } | null)[]).find(
      (item) => item?.type === type,
    ) ?? undefined
  );
}
