/** The parts that the pictures of measurements share: SVG without a library. */

export type Point = readonly [x: number, y: number];

export interface PlaneOptions {
  left: number;
  top: number;
  width: number;
  height: number;
  /** The values at the right and at the upper edge; both axes begin at 0. */
  most: { x: number; y: number };
}

/** From values to pixels. What is above the upper edge is drawn on it. */
export const plane = ({ left, top, width, height, most }: PlaneOptions) => ({
  x: (value: number): number => left + (value / most.x) * width,
  y: (value: number): number => top + height * (1 - Math.min(value, most.y) / most.y),
});

export const escapeXml = (text: string): string => text.replace(/[&<>]/g, (c) => `&#${c.charCodeAt(0)};`);

/** The data of a path with straight lines between the points. */
export const linePath = (points: readonly Point[]): string =>
  points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join('');

/** The same for values that hold until the next point. */
export const stepPath = (points: readonly Point[]): string =>
  points
    .map(([x, y], i) => (i === 0 ? `M${x.toFixed(1)} ${y.toFixed(1)}` : `H${x.toFixed(1)}V${y.toFixed(1)}`))
    .join('');
