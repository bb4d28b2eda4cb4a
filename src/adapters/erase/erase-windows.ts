import type { ContainerClient } from '@azure/storage-blob';
import type { ScoreDocument } from '../../core/outputs/score-document.ts';
import { eraseEach } from '../../scoring/erase/erase-each.ts';
import type { ErasablePlace, EraseOptions } from '../../scoring/erase/erase-key.ts';
import { isLostRace, isNotFound } from '../blob-failure.ts';

/** `<model>/<hub>/<partition>/<enqueued day>/<first sequence of the window>.ndjson`: what the sink `blob` writes. */
const windowPath = /^[^/]+\/[^/]+\/[^/]+\/\d{4}-\d\d-\d\d\/\d{16}\.ndjson$/;
/** Tries to write one blob while others write it too. */
const racesMax = 8;

/** Scores of streams in NDJSON blobs: each blob is written anew without those of the key. Results of files are left alone. */
export const erasableWindows = (name: string, container: ContainerClient): ErasablePlace => ({
  name,
  service: 'Blob storage',
  async erase(key, options) {
    const paths: string[] = [];
    let isWhole = true;
    for await (const { name: path } of container.listBlobsFlat()) {
      if (!windowPath.test(path)) continue;
      isWhole = paths.length < options.scanMax;
      if (!isWhole) break;
      paths.push(path);
    }
    const erased = await eraseEach(paths, {
      idOf: (path) => path,
      async erase(path) {
        const found = await eraseWindow(container, path, key, options);
        return { found, erased: options.isReal ? found : 0 };
      },
      onProgress: options.onProgress,
    });
    return { read: paths.length, ...erased, isAll: isWhole && erased.isAll };
  },
});

/** @returns how many documents of the key were in the blob */
async function eraseWindow(
  container: ContainerClient,
  path: string,
  key: string,
  { isReal }: EraseOptions,
): Promise<number> {
  const blob = container.getBlockBlobClient(path);
  for (let race = 0; race < racesMax; race++) {
    try {
      const { etag = '' } = await blob.getProperties();
      const conditions = { ifMatch: etag };
      const lines = (await blob.downloadToBuffer(0, undefined, { conditions })).toString().split('\n').filter(Boolean);
      const kept = lines.filter((line) => (JSON.parse(line) as ScoreDocument).key !== key);
      const found = lines.length - kept.length;
      if (!isReal || found === 0) return found;
      const text = kept.map((line) => `${line}\n`).join('');
      const blobHTTPHeaders = { blobContentType: 'application/x-ndjson' };
      if (kept.length === 0) await blob.delete({ conditions });
      else await blob.upload(text, Buffer.byteLength(text), { blobHTTPHeaders, conditions });
      return found;
    } catch (error) {
      if (isNotFound(error)) return 0;
      if (!isLostRace(error)) throw error;
    }
  }
  throw new Error('it is written all the time: erase once more');
}
