import type { Slot } from './layout.ts';

/** The numbers that a feature takes without a further look. */
export interface NumberBounds {
  readonly low: number;
  readonly high: number;
  readonly isInteger: boolean;
}

/** A little inside of what the type can hold: what lies between is judged the long way. */
const inside = 1 - 2 ** -20;

/** Bounds for readers that know the common case alone. The feature is a number or an integer. */
export function numberBoundsOf({ feature, magnitudeEnd }: Slot): NumberBounds {
  const isInteger = feature.type === 'integer';
  const most = Math.min(magnitudeEnd, isInteger ? 2 ** 53 : Number.MAX_VALUE) * inside;
  const { min = -most, max = most } = feature as { min?: number; max?: number };
  return { low: Math.max(min, -most), high: Math.min(max, most), isInteger };
}

export const isNumeric = ({ feature }: Slot): boolean => feature.type === 'number' || feature.type === 'integer';
