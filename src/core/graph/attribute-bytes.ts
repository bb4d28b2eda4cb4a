import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { type AttributeProto, AttributeProtoSchema } from 'onnx-buf';
import { countParts, type PartsLeft } from './parts-left.ts';
import { scanFields, wireTypes } from './wire.ts';

/** An attribute of fewer bytes is decoded at once. */
const waitingFrom = 1_024;

/** The fields that hold lists, and how each entry must lie in the bytes to be left there. */
const lists = { floats: [7, wireTypes.fixed32], ints: [8, wireTypes.varint], strings: [9, wireTypes.bytes] } as const;
const wireTypeOf: ReadonlyMap<number, number> = new Map(Object.values(lists));

/** Bytes of attributes whose lists nobody has looked at. */
const untouched = new WeakMap<AttributeProto, Uint8Array>();

/**
 * Decodes an attribute; its long lists only when somebody looks at them.
 * @throws {Error} when the bytes are no attribute
 */
export function decodeAttribute(bytes: Uint8Array, left: PartsLeft): AttributeProto {
  const rest = bytes.length < waitingFrom ? bytes : withoutLists(bytes);
  countParts(rest, AttributeProtoSchema, left);
  const attribute = fromBinary(AttributeProtoSchema, rest);
  if (rest !== bytes) waitFor(attribute, bytes);
  return attribute;
}

/** The bytes of an attribute: those it came from unless somebody looked at its lists, and may have changed them. */
export const encodeAttribute = (attribute: AttributeProto): Uint8Array =>
  untouched.get(attribute) ?? toBinary(AttributeProtoSchema, attribute);

/** Number of bytes of an attribute's lists, without decoding them. */
export function bytesOfLists(attribute: AttributeProto): number {
  const bytes = untouched.get(attribute);
  return bytes === undefined ? attribute.floats.length * 4 + attribute.ints.length * 8 : bytes.length;
}

/** The bytes but for lists; all of them when a list is written in another way than ONNX does it. */
function withoutLists(bytes: Uint8Array): Uint8Array {
  const kept: Uint8Array[] = [];
  let isUsual = true;
  scanFields(bytes, (field, wireType, _start, end, tag) => {
    const expected = wireTypeOf.get(field);
    if (expected === undefined) kept.push(bytes.subarray(tag, end));
    else if (expected !== wireType) isUsual = false;
  });
  if (!isUsual) return bytes;
  const rest = new Uint8Array(kept.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of kept) {
    rest.set(part, at);
    at += part.length;
  }
  return rest;
}

function waitFor(attribute: AttributeProto, bytes: Uint8Array): void {
  untouched.set(attribute, bytes);
  const decode = () => {
    const { floats, ints, strings } = fromBinary(AttributeProtoSchema, bytes);
    untouched.delete(attribute);
    for (const [name, value] of Object.entries({ floats, ints, strings })) {
      Object.defineProperty(attribute, name, { value, writable: true, enumerable: true, configurable: true });
    }
  };
  for (const name of Object.keys(lists) as (keyof typeof lists)[]) {
    Object.defineProperty(attribute, name, {
      get: () => {
        decode();
        return attribute[name];
      },
      set: (value: never) => {
        decode();
        attribute[name] = value;
      },
      enumerable: true,
      configurable: true,
    });
  }
}
