/** Limits of the service that this server keeps, so that what passes here passes there. */
export const limits = {
  /** A document, and the body of any request, a whole batch included. */
  requestBytesMax: 2 * 2 ** 20,
  documentIdBytesMax: 1_023,
  resourceIdLengthMax: 255,
  partitionKeyBytesMax: 2_048,
  partitionKeyPathsMax: 3,
  batchOperationsMax: 100,
  patchOperationsMax: 10,
  queryLengthMax: 512 * 1024,
} as const;
