import { join } from 'node:path';
import { BlobServiceClient } from '@azure/storage-blob';
import { startTwin } from '../local/twin.ts';
import { waitForRun } from '../src/cli/file-upload.ts';
import { CsvPartScan } from '../src/core/formats/csv-part-scan.ts';
import { plainCsv } from '../src/core/manifest/csv.ts';
import { containers } from '../src/core/resources.ts';
import { compare, type Figure, median } from './harness.ts';
import { sampleCsv } from './samples.ts';

const scanRows = 100_000;
const sharedRows = 200_000;
const partMegabytes = '2';
const rounds = 2;
const lineFeed = 0x0a;

/** Large files: finding where they can be cut, and sharing them between instances. */
export async function partFigures(benchModels: string): Promise<Figure[]> {
  return [await scanFigure(), await instancesFigure(benchModels)];
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
      scan.push(bytes);
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
async function instancesFigure(models: string): Promise<Figure> {
  const text = sampleCsv(sharedRows);
  const settings = { SLUICE_MODELS_FOLDER: models, SLUICE_PART_MB: partMegabytes };
  const hostOverrides = { extensions__queues__maxPollingInterval: '00:00:00.100' };
  const rates: { one: number; two: number; scanMs: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    const [one, two] = [1, 2].map((instances) => async () => {
      const twin = await startTwin({ instances, settings, hostOverrides });
      try {
        // The first file has every instance load the model.
        await scored(twin.connections.storage, join('gbt500x8', 'warm.csv'), sampleCsv(sharedRows / 8));
        return await scored(twin.connections.storage, join('gbt500x8', 'rows.csv'), text);
      } finally {
        await twin.close();
      }
    });
    const [alone, shared] = [await one!(), await two!()];
    rates.push({ one: alone.rate, two: shared.rate, scanMs: alone.scanMs });
  }
  const scanMs = median(rates.map((each) => each.scanMs));
  return {
    name: 'parts.instances',
    what: `rows/s of two instances over one, ${sharedRows.toLocaleString('en-US')} rows (${Math.round(text.length / 1e6)} MB), 500 trees of depth 8, at the twin; finding the parts took ${Math.round(scanMs)} ms and is not in it`,
    unit: 'rows',
    reach: 1.8,
    perSecond: median(rates.map(({ two }) => two)),
    baselinePerSecond: median(rates.map(({ one }) => one)),
    ratio: median(rates.map(({ one, two }) => two / one)),
  };
}

async function scored(storage: string, blob: string, bytes: Buffer): Promise<{ rate: number; scanMs: number }> {
  const service = BlobServiceClient.fromConnectionString(storage);
  const client = service.getContainerClient(containers.incoming).getBlockBlobClient(blob);
  const { etag = '' } = await client.uploadData(bytes);
  const upload = { blob, etag: etag.replaceAll('"', ''), bytes: bytes.length };
  const { report } = await waitForRun(service, upload, 120_000);
  if (report.state !== 'succeeded') throw new Error(`the run failed: ${JSON.stringify(report)}`);
  const scanMs = report.scanMs ?? 0;
  return { rate: (1000 * report.rows) / (report.durationMs - scanMs), scanMs };
}
