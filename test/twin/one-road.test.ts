import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { until } from '../../local/demo/demo-events.ts';
import { sendEvents } from '../../src/cli/event-sender.ts';
import { uploadFile, waitForRun } from '../../src/cli/file-upload.ts';
import type { ScoreDocument } from '../../src/core/outputs/score-document.ts';
import { hasSharedData, sharedData } from '../shared-data.ts';
import { useTwin } from './twin-fixture.ts';

const rows = 500;
const twin = useTwin({
  routes: {
    http: { record: true },
    streams: [{ hub: 'telemetry', model: 'machine-failure' }],
    files: [{ prefix: 'machine-failure/', model: 'machine-failure', documents: true }],
  },
});

/** The first rows of the published file: as text, and as the objects that a program would send. */
function realRows() {
  const lines = readFileSync(sharedData('ai4i2020', 'ai4i2020.csv'), 'utf8').replace('\ufeff', '').split(/\r?\n/);
  const [header = ''] = lines;
  const names = header.split(',');
  const records = lines
    .slice(1, rows + 1)
    .map((line) =>
      Object.fromEntries(
        line.split(',').map((cell, i) => [names[i] as string, /^[\d.]+$/.test(cell) ? Number(cell) : cell]),
      ),
    );
  return { text: `${lines.slice(0, rows + 1).join('\n')}\n`, records };
}

/** All that must be the same whichever door a record took; id, source and, made of it, the partition say which. */
const common = ({ model, version, modelDigest, inputDigest, outputs }: ScoreDocument) => ({
  model,
  version,
  modelDigest,
  inputDigest,
  outputs,
});

const documentsOf = async (kind: string): Promise<ScoreDocument[]> => {
  const query = { query: 'SELECT * FROM c WHERE c.source.kind = @kind', parameters: [{ name: '@kind', value: kind }] };
  return (await twin().predictions.items.query<ScoreDocument>(query).fetchAll()).resources;
};

test.skipIf(!hasSharedData)(
  'the same 500 real rows by call, event and file: equal scores to the last bit, documents that differ in id and source only (skipped where ../shared is absent)',
  async () => {
    const { text, records } = realRows();
    expect(records).toHaveLength(rows);
    const { twin: running, producer, blobs } = twin();

    const response = await fetch(`${running.url}/models/machine-failure/score`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-request-id': 'parity' },
      body: JSON.stringify(records),
    });
    expect(response.status).toBe(200);
    const { scores } = (await response.json()) as { scores: object[] };

    // One key: one partition, in the order of the rows.
    await sendEvents(
      producer,
      records.map((record) => ({ body: Buffer.from(JSON.stringify(record)), key: 'parity' })),
    );
    await until('all events as documents', async () => (await documentsOf('stream')).length === rows, 30_000);

    const path = sharedData('ai4i2020', 'ai4i2020.csv');
    const upload = await uploadFile(blobs, path, 'machine-failure/ai4i2020.csv');
    const { report, folder } = await waitForRun(blobs, upload, 60_000);
    expect(report).toMatchObject({ state: 'succeeded', rows: 10_000, scored: 10_000, rejected: 0 });
    const csv = (
      await blobs.getContainerClient('results').getBlobClient(`${folder}scores.csv`).downloadToBuffer()
    ).toString();
    const csvScores = csv
      .split('\n')
      .slice(1, rows + 1)
      .map((line) => line.split(','))
      // A file has the shortest text that reads back as the same float32.
      .map(([, label, probability]) => ({ label, probability: Math.fround(Number(probability)) }));
    expect(text.length).toBeGreaterThan(0);

    const byRow = (documents: ScoreDocument[], rowOf: (document: ScoreDocument) => number) =>
      documents
        .sort((a, b) => rowOf(a) - rowOf(b))
        .slice(0, rows)
        .map(common);
    const http = byRow(await documentsOf('http'), ({ source }) => (source.kind === 'http' ? source.row : -1));
    const stream = byRow(await documentsOf('stream'), ({ source }) =>
      source.kind === 'stream' ? source.sequence : -1,
    );
    const file = byRow(await documentsOf('file'), ({ source }) => (source.kind === 'file' ? source.row : -1));

    expect(csvScores).toEqual(scores);
    expect(http.map(({ outputs }) => outputs)).toEqual(scores);
    expect(stream).toEqual(http);
    expect(file).toEqual(http);
  },
);
