import { appendFile, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { PartitionLog } from '../../../local/event-hubs/partition-log.ts';
import { decodeRecords, encodeRecords, recordOverheadBytes } from '../../../local/event-hubs/segment-record.ts';
import type { StoredEvent } from '../../../local/event-hubs/stored-event.ts';
import { temporaryFolder } from './started-broker.ts';

const event = (sequence: number, text = `event ${sequence}`): StoredEvent => ({
  sequence,
  enqueuedMs: 1_795_236_629_046 + sequence,
  headerEnd: sequence % 7,
  wire: Buffer.from(text),
});
const events = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => event(from + i));

const segmentBytes = 1_000;

function open(folder: string) {
  const opened = PartitionLog.open(folder, segmentBytes);
  onTestFinished(() => opened.log.close());
  return opened;
}

/** A log of 100 events in segments of 10 each; returns its segment files. */
async function logOfHundred(folder: string): Promise<string[]> {
  const { log } = PartitionLog.open(folder, 1);
  for (let start = 0; start < 100; start += 10) log.append(events(start, start + 10));
  log.close();
  return (await readdir(folder)).sort().map((name) => join(folder, name));
}

test('what was appended is there again, in any number of segments', async () => {
  const folder = await temporaryFolder();
  const first = open(folder);
  expect(first.events).toEqual([]);
  for (let start = 0; start < 100; start += 5) first.log.append(events(start, start + 5));
  first.log.close();
  const second = open(folder);
  expect(second.events).toEqual(events(0, 100));
  second.log.append([event(100)]);
  second.log.close();
  expect(open(folder).events).toEqual(events(0, 101));
  expect((await readdir(folder)).length).toBeGreaterThan(3);
});

test('a torn last record is cut off, wherever it was torn, and appending goes on behind the last whole one', async () => {
  const folder = await temporaryFolder();
  const last = (await logOfHundred(folder)).at(-1)!;
  const whole = await readFile(last);
  const recordBytes = recordOverheadBytes + event(99).wire.length;
  for (let torn = 1; torn < recordBytes; torn++) {
    await writeFile(last, whole.subarray(0, whole.length - torn));
    const { log, events: found } = PartitionLog.open(folder, segmentBytes);
    expect(found).toEqual(events(0, 99));
    expect((await stat(last)).size).toBe(whole.length - recordBytes);
    log.append([event(99)]);
    log.close();
    expect(await readFile(last)).toEqual(whole);
  }
});

test('zeros or rubbish that a power cut left at the end are cut off', async () => {
  const folder = await temporaryFolder();
  const last = (await logOfHundred(folder)).at(-1)!;
  for (const rubbish of [Buffer.alloc(4_096), Buffer.alloc(50, 0xff), encodeRecords([event(98)])]) {
    await appendFile(last, rubbish);
    expect(open(folder).events).toEqual(events(0, 100));
  }
});

test('a segment of which nothing was written yet is used for the next events', async () => {
  const folder = await temporaryFolder();
  const last = (await logOfHundred(folder)).at(-1)!;
  await truncate(last, 3);
  const { log, events: found } = open(folder);
  expect(found).toEqual(events(0, 90));
  log.append(events(90, 95));
  log.close();
  expect(open(folder).events).toEqual(events(0, 95));
});

test('damage before the last segment is an error that names the file and what to do', async () => {
  const folder = await temporaryFolder();
  const segments = await logOfHundred(folder);
  const bytes = await readFile(segments[4]!);
  bytes[bytes.length - 1]! ^= 1;
  await writeFile(segments[4]!, bytes);
  expect(() => open(folder)).toThrow(new RegExp(`damaged at byte \\d+ of ${segments[4]}.*Delete that file`));
  await writeFile(segments[4]!, '');
  expect(() => open(folder)).toThrow('is damaged at byte 0');
  await rm(segments[4]!);
  expect(() => open(folder)).toThrow(`is damaged at byte 0 of ${segments[5]}`);
});

test('old segments go as wholes, and never the one that is written to', async () => {
  const folder = await temporaryFolder();
  await logOfHundred(folder);
  const { log } = open(folder);
  log.dropBefore(25);
  expect(await readdir(folder)).toHaveLength(8);
  log.dropBefore(30);
  expect(await readdir(folder)).toHaveLength(7);
  log.dropBefore(1_000);
  expect(await readdir(folder)).toHaveLength(1);
  log.close();
  expect(open(folder).events).toEqual(events(90, 100));
});

test('records are read up to the last whole one, wherever the bytes end', () => {
  const content = fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes).toString('latin1'));
  fc.assert(
    fc.property(fc.array(content, { maxLength: 8 }), fc.nat(2 ** 40), fc.nat(), (contents, first, cut) => {
      const written = contents.map((text, index) => event(first + index, text));
      const bytes = encodeRecords(written);
      const length = cut % (bytes.length + 1);
      const { events: found, end } = decodeRecords(bytes.subarray(0, length), first);
      expect(found).toEqual(written.slice(0, found.length));
      expect(encodeRecords(found)).toHaveLength(end);
      const next = written[found.length];
      if (next !== undefined) expect(end + recordOverheadBytes + next.wire.length).toBeGreaterThan(length);
    }),
  );
});

test('a change of any byte of a record is noticed', () => {
  const bytes = encodeRecords(events(0, 3));
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const changed = Buffer.from(bytes);
      changed[at]! ^= change;
      expect(decodeRecords(changed, 0).events.length).toBeLessThan(3);
    }),
  );
});
