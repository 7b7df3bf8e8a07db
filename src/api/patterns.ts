/** Patterns and limits of values that several rooms check. It imports no package, so the worker can load it quickly. */

/** The largest number that Kubernetes' own integer fields accept: Go's int32. */
export const INT32_MAX = 2_147_483_647;

/** The maximum length of a message in a condition or a report, in characters. */
export const MAX_MESSAGE = 1024;

/** The maximum length of what keeps a worker from its table, in a report: it is part of a message. */
export const MAX_OBSTACLE = 768;

/** A DNS label, the form of a namespace's name. */
export const DNS_LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';

/** A DNS subdomain, the form of most names in Kubernetes. Its length, at most 253, is checked separately. */
export const DNS_SUBDOMAIN = '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*';

/** A quantity of CPU or memory such as `500m` or `1.5Gi`: its number and its unit. */
export const QUANTITY = /^([0-9]+(?:\.[0-9]+)?)(m|k|Ki|M|Mi|G|Gi|T|Ti)?$/;

/** Whether `text` is a whole number in decimal, without a sign, from `minimum` to `maximum`. */
export function isWholeNumber(text: string, minimum: number, maximum: number): boolean {
  const digits = Math.max(10, String(maximum).length);
  return /^[0-9]+$/.test(text) && text.length <= digits && Number(text) >= minimum && Number(text) <= maximum;
}

/** `text` as a regular expression that matches nothing but `text`. */
export function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** A quantity as a number. NaN: it is none. */
export function quantityOf(quantity: number | string): number {
  const [, amount, unit = ''] = QUANTITY.exec(String(quantity)) ?? [];
  return Number(amount) * (UNITS[unit] ?? Number.NaN);
}

/** The key of a label, an annotation or a taint: a name of at most 63 characters, with an optional DNS prefix and a slash. */
export const QUALIFIED_NAME = `(${DNS_SUBDOMAIN}/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?`;
/** The value of a label or a taint; its length, at most 63, is checked separately. */
export const LABEL_VALUE = '([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?';
