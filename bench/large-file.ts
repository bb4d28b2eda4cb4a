import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { BlobServiceClient } from '@azure/storage-blob';
import { usageOf } from '../local/chaos/process-usage.ts';
import { readingsCsv } from '../local/devices/readings-csv.ts';
import { startTwin, type Twin } from '../local/twin.ts';
import { waitForRun } from '../src/cli/file-upload.ts';
import { containers } from '../src/core/resources.ts';
import type { RunReport } from '../src/scoring/files/run-report.ts';
import type { Figure } from './harness.ts';

const instances = 2;
const workerKills = 18;
const hostKills = 2;
/** A host that was killed has its messages back after so long; in Azure it is ten minutes. */
const leaseSeconds = '10';
const runTimeoutMs = 900_000;
const lookEveryMs = 100;
const wrongEvery = 1_000;
const model = 'machine-failure';

/**
 * Many rows once in peace and once with processes killed under it: the same bytes come of it, and memory does not
 * grow with the file. Minutes long, so only `npm run bench -- large` takes it.
 */
export async function largeFileFigures(folder: string, rows: number): Promise<Figure[]> {
  // About 100 MB of ten million rows: enough parts for each instance to have as many at once.
  const smallRows = Math.ceil(rows / 4);
  const settings = { SLUICE_TWIN_QUEUE_LEASE_SECONDS: leaseSeconds };
  const hostOverrides = {
    extensions__queues__visibilityTimeout: '00:00:01',
    extensions__queues__maxPollingInterval: '00:00:00.200',
  };
  Object.assign(process.env, settings);
  const twin = await startTwin({ folder, instances, isSupervised: true, hostOverrides });
  try {
    const small = await scored(twin, 'small.csv', smallRows);
    const peace = await scored(twin, 'peace.csv', rows);
    const killed = await scored(twin, 'killed.csv', rows, true);
    const isSame = sumsOf(peace.report) === sumsOf(killed.report);
    const isWhole = killed.report.scored + killed.report.rejected === rows;
    return [
      {
        name: 'large.rate',
        what: `rows/s of ${instances} instances on ${rows.toLocaleString('en-US')} rows; finding ${peace.report.parts} parts took ${peace.report.scanMs} ms of ${peace.report.durationMs} ms`,
        unit: 'rows',
        perSecond: (1000 * rows) / (peace.report.durationMs - (peace.report.scanMs ?? 0)),
      },
      {
        name: 'large.memory',
        what: `peak memory of a worker (${megabytes(peace.peakBytes)} MB) over that of a file of ${smallRows.toLocaleString('en-US')} rows (${megabytes(small.peakBytes)} MB)`,
        unit: 'times',
        value: peace.peakBytes / small.peakBytes,
        ceiling: 1.2,
      },
      {
        name: 'large.killed',
        what: `differences to an undisturbed run after ${killed.kills} kills of workers and hosts: ${isSame ? 'every byte is the same' : 'the bytes differ'}, ${isWhole ? 'every row is accounted for' : 'rows are missing'}`,
        unit: 'differences',
        value: Number(!isSame) + Number(!isWhole),
        ceiling: 0,
      },
    ];
  } finally {
    await twin.close();
  }
}

const megabytes = (bytes: number): number => Math.round(bytes / 2 ** 20);

const sumsOf = ({ files }: RunReport): string => files.map(({ name, sha256 }) => `${name} ${sha256}`).join('\n');

async function scored(twin: Twin, name: string, count: number, isKilled = false) {
  const service = BlobServiceClient.fromConnectionString(twin.connections.storage);
  const blob = `${model}/${name}`;
  const client = service.getContainerClient(containers.incoming).getBlockBlobClient(blob);
  const { etag = '' } = await client.uploadStream(Readable.from(brokenCsv(count)));
  let isRunning = true;
  let peakBytes = 0;
  let kills = 0;
  const watch = (async () => {
    while (isRunning) {
      for (const { workerPid } of await twin.control.hosts()) {
        peakBytes = Math.max(peakBytes, workerPid === undefined ? 0 : (usageOf(workerPid)?.residentBytes ?? 0));
      }
      await delay(lookEveryMs);
    }
  })();
  const killing = (async () => {
    for (let kill = 0; isKilled && isRunning && kill < workerKills + hostKills; kill++) {
      await delay(500 + 1_500 * Math.random());
      if (!isRunning) return;
      const isHost = kill % ((workerKills + hostKills) / hostKills) === 5;
      await twin.control.kill(isHost ? 'host' : 'worker', 'SIGKILL', kill % instances);
      kills++;
    }
  })();
  const upload = { blob, etag: etag.replaceAll('"', ''), bytes: 0 };
  const { report } = await waitForRun(service, upload, runTimeoutMs);
  isRunning = false;
  await Promise.all([watch, killing]);
  if (report.state !== 'succeeded') throw new Error(`the run of ${name} failed: ${JSON.stringify(report)}`);
  return { report, peakBytes, kills };
}

/** Readings of which one in a thousand is wrong. */
async function* brokenCsv(count: number): AsyncGenerator<Buffer> {
  let row = 0;
  for await (const chunk of readingsCsv({ machines: 100, seed: 5, rows: count })) {
    const lines = chunk.toString().split('\n');
    yield Buffer.from(
      lines
        .map((line) => (line !== '' && row++ % wrongEvery === 7 ? line.replace(/,[^,]*$/, ',soon') : line))
        .join('\n'),
    );
  }
}
