import type { Container } from '@azure/cosmos';

/** What a document of a stream says of its event. */
export interface StreamDocument {
  readonly partition: string;
  readonly sequence: number;
  readonly enqueuedAt: string;
  readonly key?: string;
}

const single = `SELECT c.source.partition, c.source.sequence, c.source.enqueuedAt, c.key FROM c
  WHERE c.source.kind = 'stream'`;
const packed = `SELECT c.source.partition, s.sequence, s.enqueuedAt, s.key FROM c JOIN s IN c.scores
  WHERE c.source.kind = 'packed'`;

/** All documents of streams, whether each lies by itself or packed with others. */
export async function readStreamDocuments(container: Container): Promise<StreamDocument[]> {
  const all = await Promise.all(
    [single, packed].map((query) => container.items.query<StreamDocument>(query, { maxItemCount: 1_000 }).fetchAll()),
  );
  return all.flatMap(({ resources }) => resources);
}
