/**
 * Orders texts by their code points, as Python does. JavaScript's own `<` compares UTF-16 units, which puts the
 * characters beyond U+FFFF before those from U+E000 on.
 */
export function byCodePoint(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  let i = 0;
  while (i < length && a.charCodeAt(i) === b.charCodeAt(i)) i++;
  if (i === length) return a.length - b.length;
  return rankOfUnit(a.charCodeAt(i)) - rankOfUnit(b.charCodeAt(i));
}

/** Surrogates stand for the highest code points. */
const rankOfUnit = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);
