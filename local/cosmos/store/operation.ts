import type { StoredDocument } from './document.ts';

export type OperationType = 'Create' | 'Upsert' | 'Read' | 'Replace' | 'Delete' | 'Patch';

/** One operation on one document, as a request of its own or in a batch. */
export interface Operation {
  readonly type: OperationType;
  /** The document meant; writes of whole documents name it in their body. */
  readonly id: string | undefined;
  /** The partition key as the client wrote it. */
  readonly partitionKey: string | undefined;
  readonly body: unknown;
  readonly ifMatch: string | undefined;
  readonly ifNoneMatch: string | undefined;
}

export interface OperationResult {
  readonly status: number;
  readonly document: StoredDocument | undefined;
  readonly charge: number;
  /** What was there before and after; absent when nothing was changed. */
  readonly change?: { readonly before: StoredDocument | undefined; readonly after: StoredDocument | undefined };
}
