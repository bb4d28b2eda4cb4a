import { BlobResultFiles } from '../../adapters/blob-result-files.ts';
import { containers } from '../../core/resources.ts';
import type { ResultFiles } from '../../scoring/ports.ts';
import type { OptionValues } from '../command.ts';
import { blobTarget } from '../targets.ts';

/** Where the results of files lie. */
export async function resultsTarget(options: OptionValues): Promise<ResultFiles> {
  const service = await blobTarget(options);
  return new BlobResultFiles(async () => service.getContainerClient(containers.results));
}
