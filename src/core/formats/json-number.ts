const [minus, plus, dot, zero, nine, upperE, lowerE] = [0x2d, 0x2b, 0x2e, 0x30, 0x39, 0x45, 0x65] as const;

/**
 * Where the JSON number (RFC 8259) that begins at `start` ends.
 * @returns -1 when none begins there
 */
export function jsonNumberEnd(bytes: Uint8Array, start: number): number {
  let at = bytes[start] === minus ? start + 1 : start;
  const first = at;
  at = digitsEnd(bytes, at);
  if (at === first || (at > first + 1 && bytes[first] === zero)) return -1;
  if (bytes[at] === dot) {
    const end = digitsEnd(bytes, at + 1);
    if (end === at + 1) return -1;
    at = end;
  }
  if (bytes[at] === lowerE || bytes[at] === upperE) {
    const sign = bytes[at + 1];
    const from = sign === minus || sign === plus ? at + 2 : at + 1;
    at = digitsEnd(bytes, from);
    if (at === from) return -1;
  }
  return at;
}

function digitsEnd(bytes: Uint8Array, from: number): number {
  let at = from;
  let byte = bytes[at]!;
  while (byte >= zero && byte <= nine) byte = bytes[++at]!;
  return at;
}
