import { endOfValue, malformed } from './amqp-values.ts';

/** Descriptor codes of the sections of a message, in the order in which they may come. */
export const sectionCodes = {
  header: 0x70,
  deliveryAnnotations: 0x71,
  messageAnnotations: 0x72,
  properties: 0x73,
  applicationProperties: 0x74,
  data: 0x75,
  sequence: 0x76,
  value: 0x77,
  footer: 0x78,
} as const;

/** A section of a message, as offsets into its bytes. */
export interface Section {
  readonly code: number;
  /** Where the section's value starts, behind its descriptor. */
  readonly valueStart: number;
  readonly end: number;
}

const isBody = (code: number) => code >= sectionCodes.data && code <= sectionCodes.value;

/**
 * The sections of an encoded message. What is inside them is not looked at.
 * @throws {AmqpFault} when the bytes are no whole message: unknown sections, wrong order, cut off, no body
 */
export function sectionsOf(bytes: Buffer): Section[] {
  const sections: Section[] = [];
  let hasBody = false;
  let lastCode = 0;
  for (let at = 0; at < bytes.length; ) {
    const { code, valueStart } = descriptorAt(bytes, at);
    // Only data and sequence sections repeat.
    const repeats = code === lastCode && (code === sectionCodes.data || code === sectionCodes.sequence);
    if (code <= lastCode && !repeats) throw malformed(`section 0x${code.toString(16)} at byte ${at} is out of order`);
    if (hasBody && isBody(code) && !repeats) throw malformed(`a second kind of body at byte ${at}`);
    hasBody ||= isBody(code);
    lastCode = code;
    const end = endOfValue(bytes, valueStart);
    sections.push({ code, valueStart, end });
    at = end;
  }
  if (!hasBody) throw malformed('it has no body');
  return sections;
}

/** Reads the descriptor of a section, which is an unsigned long of one or eight bytes. */
function descriptorAt(bytes: Buffer, at: number): { code: number; valueStart: number } {
  const isShort = bytes[at + 1] === 0x53;
  const isLong = bytes[at + 1] === 0x80;
  const code = bytes[at + (isShort ? 2 : 9)];
  if (bytes[at] !== 0 || !(isShort || isLong) || code === undefined) throw malformed(`no section starts at byte ${at}`);
  if (code < sectionCodes.header || code > sectionCodes.footer) {
    throw malformed(`section 0x${code.toString(16)} at byte ${at} is unknown`);
  }
  return { code, valueStart: at + (isShort ? 3 : 10) };
}
