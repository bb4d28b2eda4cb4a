/** Kinds of fields of Thrift's compact protocol. */
const kinds = { i32: 5, i64: 6, binary: 8, list: 9, struct: 12 } as const;

/** A value of a struct: whole numbers of 32 bits or, as bigint, of 64, texts, structs and lists of one kind. */
export type ThriftValue = number | bigint | string | ThriftStruct | readonly ThriftValue[];
/** Values by the numbers of their fields, ascending; undefined ones are left out. */
export type ThriftStruct = { readonly [field: number]: ThriftValue | undefined };

/** Prints a struct in Thrift's compact protocol, as the Parquet format has its headers. */
export function printThrift(struct: ThriftStruct): Buffer {
  const parts: Uint8Array[] = [];
  printStruct(struct, parts);
  return Buffer.concat(parts);
}

function printStruct(struct: ThriftStruct, parts: Uint8Array[]): void {
  let last = 0;
  for (const [name, value] of Object.entries(struct)) {
    if (value === undefined) continue;
    const field = Number(name);
    // Field numbers of Parquet lie less than 16 apart, so that the short form does.
    parts.push(Uint8Array.of(((field - last) << 4) | kindOf(value)));
    last = field;
    printValue(value, parts);
  }
  parts.push(Uint8Array.of(0));
}

function kindOf(value: ThriftValue): number {
  if (typeof value === 'number') return kinds.i32;
  if (typeof value === 'bigint') return kinds.i64;
  if (typeof value === 'string') return kinds.binary;
  return Array.isArray(value) ? kinds.list : kinds.struct;
}

function printValue(value: ThriftValue, parts: Uint8Array[]): void {
  if (typeof value === 'number') parts.push(varint(folded(BigInt(value))));
  else if (typeof value === 'bigint') parts.push(varint(folded(value)));
  else if (typeof value === 'string') {
    const bytes = Buffer.from(value);
    parts.push(varint(BigInt(bytes.length)), bytes);
  } else if (Array.isArray(value)) printList(value, parts);
  else printStruct(value as ThriftStruct, parts);
}

function printList(values: readonly ThriftValue[], parts: Uint8Array[]): void {
  const kind = values.length === 0 ? kinds.struct : kindOf(values[0]!);
  parts.push(Uint8Array.of((Math.min(values.length, 15) << 4) | kind));
  if (values.length >= 15) parts.push(varint(BigInt(values.length)));
  for (const value of values) printValue(value, parts);
}

/** Signed numbers as unsigned ones: 0, -1, 1, -2 ... become 0, 1, 2, 3 ... */
const folded = (value: bigint): bigint => BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));

function varint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 7n) {
    const low = Number(rest & 0x7fn);
    if (rest < 0x80n) return Uint8Array.from([...bytes, low]);
    bytes.push(low | 0x80);
  }
}
