import { expect, test } from 'vitest';
import { readingsCsv } from '../../local/devices/readings-csv.ts';
import { useTwin } from './twin-fixture.ts';

interface Ended {
  readonly run: string;
  readonly blob: string;
  readonly parts: number;
  readonly results: readonly { readonly name: string }[];
}

const fixture = useTwin({ settings: { SLUICE_PART_MB: '0.05' } });

async function csvOf(rows: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of readingsCsv({ machines: 20, seed: 7, rows })) chunks.push(chunk);
  return Buffer.concat(chunks);
}

test('a client that follows Location and Retry-After, as Data Factory does, ends at the results', async () => {
  const { twin } = fixture();
  const body = await csvOf(5_000);
  const headers = { 'content-type': 'text/csv' };
  const accepted = await fetch(`${twin.url}/jobs?to=machine-failure`, { method: 'POST', headers, body });
  expect(accepted.status).toBe(202);
  const location = accepted.headers.get('location') ?? '';
  expect(location.startsWith(twin.url)).toBe(true);
  expect(Number(accepted.headers.get('retry-after'))).toBeGreaterThan(0);
  await expect.poll(async () => (await fetch(location)).status, { timeout: 60_000, interval: 300 }).toBe(200);
  const ended = (await (await fetch(location)).json()) as Ended;
  expect(ended).toMatchObject({ status: 'Succeeded', rows: 5_000, scored: 5_000 });
  expect(ended.parts).toBeGreaterThan(1);
  expect(ended.results.map(({ name }) => name)).toEqual(['scores.csv', 'errors.csv']);
  // The same blob once more is the same job, which has ended.
  const again = await fetch(`${twin.url}/jobs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ blob: ended.blob }),
  });
  expect([again.status, ((await again.json()) as Ended).run]).toEqual([202, ended.run]);
});

test('the timer that compares uploads with runs goes through them', async () => {
  const { twin, log } = fixture();
  const succeeded = async () => (await twin.control.hosts())[0]!.invocations.succeeded;
  const before = await succeeded();
  const asked = await fetch(`${twin.url}/admin/functions/reconcile`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"input":""}',
  });
  expect(asked.status).toBe(202);
  await expect.poll(succeeded, { timeout: 30_000, interval: 100 }).toBeGreaterThan(before);
  expect(log.filter(({ level }) => level === 'error')).toEqual([]);
});
