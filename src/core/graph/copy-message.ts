import type { Message } from '@bufbuild/protobuf';

/**
 * The message with some fields changed. The rest is shared, not copied: weights may be large. Fields that were never
 * set stay so, and fields that the format's version does not know stay there, which a spread would lose.
 */
export const withChanges = <T extends Message>(message: T, changes: Partial<Omit<T, '$typeName' | '$unknown'>>): T =>
  Object.assign(Object.create(Object.getPrototypeOf(message)), message, changes);
