import { expect, test } from 'vitest';
import { describeRun, progressLine, uploadLine } from '../../src/cli/runs/describe-run.ts';
import type { RunStatus } from '../../src/scoring/files/run-status.ts';

const status: RunStatus = {
  run: 'r_1',
  state: 'scoring',
  container: 'incoming',
  blob: 'pump/shift.csv',
  model: 'pump',
  version: 3,
  folder: 'pump/pump/shift.csv/r_1',
  startedAt: '2026-11-21T03:00:00.000Z',
  bytes: 400e6,
  bytesDone: 100e6,
  parts: 12,
  partsDone: 3,
  rows: 1_000_000,
  scored: 999_990,
  rejected: 10,
};

test('progress tells rows, bad ones, speed and how long it will take', () => {
  expect(progressLine(status, 2_000)).toBe(
    '[######..................]  25 % 1,000,000 rows, 10 bad, 50 MB/s, 6 s left',
  );
  expect(progressLine({ ...status, state: 'started' }, 2_000)).toBe('being looked at ...');
  expect(progressLine({ ...status, bytesDone: 0, rows: 0, rejected: 0 }, 2_000)).toMatch(/0 rows, none bad, 0 MB\/s$/);
});

test('an upload tells its speed and how long it will take', () => {
  expect(uploadLine(0.25, 400e6, 2_000)).toBe('[######..................]  25 % uploading, 50 MB/s, 6 s left');
  expect(uploadLine(0, 400e6, 2_000)).toMatch(/0 MB\/s$/);
});

test('a run that goes on is described with its progress, one that failed with the reason', () => {
  const now = Date.parse(status.startedAt) + 2_000;
  expect(describeRun(status, now)).toMatch(/^parts +3 of 12$/m);
  expect(describeRun(status, now)).toMatch(/^progress +\[#+\.+\]/m);
  const report = {
    run: 'r_1',
    state: 'failed',
    source: { container: 'incoming', blob: status.blob, etag: '0x1', bytes: 1 },
    rows: 5,
    scored: 0,
    rejected: 5,
    byCode: { 'number.malformed': 5 },
    parts: 12,
    startedAt: status.startedAt,
    durationMs: 250_000,
    rowsPerSecond: 1,
    cost: { amount: 0.0125, currency: 'USD', pricesOf: '2026-11-21' },
    files: [{ name: 'errors.csv', sha256: 'sha256:1' }],
    faults: [{ code: 'file.too_many_errors', path: '', expected: 'at most 1 wrong rows', got: '5' }],
  } as const;
  const text = describeRun({ ...status, state: 'failed', report }, now);
  expect(text).toMatch(/^because +file\.too_many_errors: expected at most 1 wrong rows, got 5$/m);
  expect(text).toMatch(/^cost +about 0\.0125 USD by list prices of 2026-11-21$/m);
  expect(text).toMatch(/^took +4 min 10 s/m);
  const quick = describeRun({ ...status, report: { ...report, durationMs: 18 } }, now);
  expect(quick).toMatch(/^took +18 ms, 1 rows\/s$/m);
  expect(text).toMatch(/^result +results\/pump\/pump\/shift\.csv\/r_1\/errors\.csv$/m);
});
