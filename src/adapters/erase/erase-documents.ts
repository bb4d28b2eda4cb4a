import type { Container } from '@azure/cosmos';
import type { PackedScores } from '../../core/outputs/packed-scores.ts';
import { eraseEach } from '../../scoring/erase/erase-each.ts';
import type { ErasablePlace, EraseOptions } from '../../scoring/erase/erase-key.ts';

/** Tries to write one item while others write it too. */
const racesMax = 8;
const notFound = 404;
const preconditionFailed = 412;
const codeOf = (error: unknown): unknown => (error as { code?: unknown }).code;

interface Place {
  readonly id: string;
  readonly partition: string;
}

/** Items of Cosmos DB that are of one key as a whole. @param partitionField name of the field that is the partition key */
export const erasableItems = (
  name: string,
  container: Container,
  partitionField: 'partition' | 'key',
): ErasablePlace => ({
  name,
  service: 'Cosmos DB',
  async erase(key, { isReal, onProgress }) {
    const items = await placesOf(
      container,
      `SELECT c.id, c["${partitionField}"] AS partition FROM c WHERE c["key"] = @key AND NOT IS_DEFINED(c.scores)`,
      key,
    );
    if (!isReal) return { isAll: true, found: items.length, erased: 0, left: [] };
    return eraseEach(items, {
      idOf: ({ id }) => id,
      async erase({ id, partition }) {
        await container.item(id, partition).delete().catch(unlessGone);
        return { found: 1, erased: 1 };
      },
      onProgress,
    });
  },
});

/** Scores of a key that are packed with those of others: each item is written anew without them. */
export const erasablePackedScores = (name: string, container: Container): ErasablePlace => ({
  name,
  service: 'Cosmos DB',
  async erase(key, options) {
    const query =
      'SELECT c.id, c.partition FROM c WHERE IS_DEFINED(c.scores) AND EXISTS(SELECT VALUE s FROM s IN c.scores WHERE s["key"] = @key)';
    const items = await placesOf(container, query, key);
    return eraseEach(items, {
      idOf: ({ id }) => id,
      async erase(place) {
        const found = await erasePacked(container, place, key, options);
        return { found, erased: options.isReal ? found : 0 };
      },
      onProgress: options.onProgress,
    });
  },
});

async function placesOf(container: Container, query: string, key: string): Promise<Place[]> {
  const parameters = [{ name: '@key', value: key }];
  return (await container.items.query<Place>({ query, parameters }).fetchAll()).resources;
}

/** @returns how many scores of the key were in the item */
async function erasePacked(
  container: Container,
  { id, partition }: Place,
  key: string,
  { isReal }: EraseOptions,
): Promise<number> {
  const item = container.item(id, partition);
  for (let race = 0; race < racesMax; race++) {
    const { resource, etag: condition } = await item.read<PackedScores>();
    if (resource === undefined) return 0;
    const scores = resource.scores.filter((score) => score.key !== key);
    const found = resource.scores.length - scores.length;
    if (!isReal || found === 0) return found;
    const options = { accessCondition: { type: 'IfMatch', condition } };
    try {
      // An item that is continued leads to the next part of its window, and stays though it is empty.
      if (scores.length === 0 && resource.continued !== true) await item.delete(options);
      else await item.replace({ ...resource, scores }, options);
      return found;
    } catch (error) {
      if (codeOf(error) !== preconditionFailed && codeOf(error) !== notFound) throw error;
    }
  }
  throw new Error('it is written all the time: erase once more');
}

function unlessGone(error: unknown): void {
  if (codeOf(error) !== notFound) throw error;
}
