import { join } from 'node:path';
import { Readable } from 'node:stream';
import { BlobServiceClient } from '@azure/storage-blob';
import { startTwin } from '../local/twin.ts';
import { waitForRun } from '../src/cli/file-upload.ts';
import { CsvPartScan } from '../src/core/formats/csv-part-scan.ts';
import { plainCsv } from '../src/core/manifest/csv.ts';
import { containers } from '../src/core/resources.ts';
import { compare, type Figure } from './harness.ts';
import { sampleCsv } from './samples.ts';

const scanRows = 100_000;
/** Of the shared file, about 1 GB: the same rows again and again. */
const sharedTimes = 50;
const partMegabytes = '8';
const runTimeoutMs = 900_000;
const lineFeed = 0x0a;
/** As much as storage gives at once. */
const pieceBytes = 1 << 19;

/** Large files: finding where they can be cut, and sharing them between instances. */
export async function partFigures(folder: string): Promise<Figure[]> {
  return [await scanFigure(), await instancesFigure(folder)];
}

async function scanFigure(): Promise<Figure> {
  const bytes = sampleCsv(scanRows);
  return compare({
    name: 'parts.scan',
    what: `bytes/s at which a CSV of ${Math.round(bytes.length / 1e6)} MB is searched for places to cut it, over a search for line ends alone`,
    unit: 'bytes',
    reach: 0.5,
    floor: 0.2,
    work: () => {
      const scan = new CsvPartScan(plainCsv, { bytes: 1 << 20, rows: Number.MAX_SAFE_INTEGER });
      for (let at = 0; at < bytes.length; at += pieceBytes) scan.push(bytes.subarray(at, at + pieceBytes));
      scan.end();
      if (scan.rows !== scanRows) throw new Error(`found ${scan.rows} rows of ${scanRows}`);
      return bytes.length;
    },
    baseline: () => {
      let lines = 0;
      for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, at + 1)) lines++;
      return lines > 0 ? bytes.length : 0;
    },
  });
}

/** Rows a second of one instance and of two, the search for parts apart, in turn at the same twin. */
/** @param folder of the models, in which the twins keep their data too */
async function instancesFigure(folder: string): Promise<Figure> {
  const sample = sampleCsv(scanRows);
  const settings = { SLUICE_MODELS_FOLDER: folder, SLUICE_PART_MB: partMegabytes };
  const hostOverrides = { extensions__queues__maxPollingInterval: '00:00:00.100' };
  const rateOf = async (instances: number) => {
    // On disk: in memory the twin keeps no file of this size.
    const twin = await startTwin({ folder: join(folder, `twin-${instances}`), instances, settings, hostOverrides });
    try {
      // The first file has every instance load the model.
      await scored(twin.connections.storage, join('gbt500x8', 'warm.csv'), sample, 1);
      return await scored(twin.connections.storage, join('gbt500x8', 'rows.csv'), sample, sharedTimes);
    } finally {
      await twin.close();
    }
  };
  const [one, two] = [await rateOf(1), await rateOf(2)];
  const megabytes = Math.round((sharedTimes * sample.length) / 1e6);
  return {
    name: 'parts.instances',
    what: `rows/s of two instances over one, ${(sharedTimes * scanRows).toLocaleString('en-US')} rows (${megabytes} MB), 500 trees of depth 8, at the twin; finding the parts took ${one.scanMs} ms and is not in it`,
    unit: 'rows',
    reach: 1.8,
    perSecond: two.rate,
    baselinePerSecond: one.rate,
    ratio: two.rate / one.rate,
  };
}

/** Uploads a file that has the rows of a sample so many times, and waits until they are scored. */
async function scored(storage: string, blob: string, sample: Buffer, times: number) {
  const service = BlobServiceClient.fromConnectionString(storage);
  const client = service.getContainerClient(containers.incoming).getBlockBlobClient(blob);
  // From the line feed behind the header on: the sample ends without one.
  const rows = sample.subarray(sample.indexOf(lineFeed));
  const { etag = '' } = await client.uploadStream(Readable.from([sample, ...Array(times - 1).fill(rows)]));
  const upload = { blob, etag: etag.replaceAll('"', ''), bytes: times * sample.length };
  const { report } = await waitForRun(service, upload, runTimeoutMs);
  if (report.state !== 'succeeded') throw new Error(`the run failed: ${JSON.stringify(report)}`);
  const scanMs = report.scanMs ?? 0;
  return { rate: (1000 * report.rows) / (report.durationMs - scanMs), scanMs };
}
