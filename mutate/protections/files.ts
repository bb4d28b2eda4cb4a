import type { Protection } from '../protection.ts';

const sharedTest = 'test/scoring/files/shared-runs.test.ts';
const loneTest = 'test/scoring/files/lone-runs.test.ts';
const reconcileTest = 'test/scoring/files/reconcile-files.test.ts';
const jobsTest = 'test/scoring/http/jobs.test.ts';
const endRun = 'src/scoring/files/end-run.ts';

/** A large file is one run with one result, whoever scores its parts and whoever dies over it. */
export const files: readonly Protection[] = [
  {
    id: 'part-of-this-etag',
    figures: ['D19'],
    protects: 'Rows of an overwritten file never stand beside those of the new one',
    file: 'src/scoring/files/score-part.ts',
    text: 'if (file?.etag !== source.etag) throw changed(source.blob);',
    without: 'if (file === undefined) throw changed(source.blob);',
    guard: {
      file: sharedTest,
      name: 'a large file > overwritten on its way ends as a failed run, and the new upload has a run and a result of its own',
    },
  },
  {
    id: 'part-of-pinned-model',
    figures: ['D18'],
    protects: 'Parts of one file are not scored by two models',
    file: 'src/scoring/files/pinned-model.ts',
    text: 'if (loaded.digest === modelDigest) return work(loaded);',
    without: 'if (loaded.digest !== undefined) return work(loaded);',
    guard: {
      file: sharedTest,
      name: 'a part > goes back to the queue where the instance has another model under the pinned version',
    },
  },
  {
    id: 'announced-once',
    figures: ['D18'],
    protects: 'An upload that is announced three times is cut once',
    file: 'src/scoring/score-file.ts',
    text: 'if (!isNew && attempt.number === 0 && blob.isAgain !== true) {',
    without: 'if (run === undefined) {',
    guard: {
      file: sharedTest,
      name: 'a large file > announced three times, with parts delivered twice, is one run and one result',
    },
  },
  {
    id: 'finished-parts-kept',
    figures: ['D18'],
    protects: 'A part that is done is not scored again',
    file: 'src/scoring/files/share-run.ts',
    text: '.filter((part) => !done.has(part))',
    without: '.filter((part) => part >= 0)',
    guard: { file: sharedTest, name: 'a large file > keeps the parts that are done: only the others are sent again' },
  },
  {
    id: 'one-ender',
    figures: ['D18'],
    protects: 'While one puts the result together nobody else does',
    file: endRun,
    text: 'if (Date.now() - Date.parse(other.at) < endPatienceMs) return undefined;',
    without: '',
    guard: {
      file: sharedTest,
      name: 'whoever puts the result together > and lives is waited for: nobody does it a second time',
    },
  },
  {
    id: 'signs-of-life',
    figures: ['D18'],
    protects: 'Who takes long to put a result together is not thought dead',
    file: endRun,
    text: 'await records.replace(path, saidNow((stored.value as RunEnd).end), stored.version);',
    without: '',
    guard: {
      file: sharedTest,
      name: 'whoever puts the result together > and lives is waited for: nobody does it a second time',
    },
  },
  {
    id: 'cancelled-before-visible',
    figures: ['D18'],
    protects: 'Nothing becomes visible of a run that was cancelled',
    file: endRun,
    text: 'if (!(await runs.records.create(runPaths(record).end, saidNow(end)))) return endRun(ending, run, end);',
    without: 'await runs.records.create(runPaths(record).end, saidNow(end));',
    guard: {
      file: sharedTest,
      name: 'a run > of a small file is cancelled before its result becomes visible',
    },
  },
  {
    id: 'kept-rows-passed-over',
    figures: ['D18'],
    protects: 'After a crash no row is scored again that has a receipt',
    file: 'src/scoring/files/run-rows.ts',
    text: 'passOver(rows, results.rowsDone);',
    without: 'passOver(rows, 0);',
    guard: {
      file: loneTest,
      name: 'rows that have a receipt are not scored again, and the others are not left out',
    },
  },
  {
    id: 'documents-before-receipts',
    figures: ['D18'],
    protects: 'A row with a receipt has its document',
    file: 'src/scoring/files/run-rows.ts',
    text: `if (route.documents) await writeDocuments(rowsOf, rows, scored);
  await results.write(rows, scored, decoder.rowsSeen);`,
    without: `await results.write(rows, scored, decoder.rowsSeen);
  if (route.documents) await writeDocuments(rowsOf, rows, scored);`,
    guard: {
      file: loneTest,
      name: 'rows that have a receipt are not scored again, and the others are not left out',
    },
  },
  {
    id: 'overtaken-reads-again',
    figures: ['D18'],
    protects: 'Rows that another has not kept, and that went by here, are not lost',
    file: 'src/scoring/files/stretch-receipts.ts',
    text: 'if (this.rows < end) throw new Overtaken();',
    without: 'void end;',
    guard: {
      file: loneTest,
      name: 'two instances that have one file alone > make one result, when the other has kept less than what went by here',
    },
  },
  {
    id: 'end-of-its-own-receipts',
    figures: ['D18'],
    protects: 'What another has kept meanwhile stands in no result twice',
    file: endRun,
    text: 'return receipts.slice(0, end.last?.part);',
    without: 'return receipts;',
    guard: {
      file: loneTest,
      name: 'two instances that have one file alone > make one result, when one says how the run ends, dies, and the other had kept more',
    },
  },
  {
    id: 'stretches-at-fixed-rows',
    figures: ['D18'],
    protects: 'Files of Parquet are the same whoever writes them after a crash',
    file: 'src/scoring/files/run-stretches.ts',
    text: 'await this.#pass(rows, scored, border);',
    without: 'await this.#pass(rows, scored, rowsSeen);',
    guard: {
      file: loneTest,
      name: 'results in Parquet > gives the same to the byte wherever its instance dies, and shows nothing before',
    },
  },
  {
    id: 'empty-rows-not-counted',
    figures: ['D18'],
    protects: 'Parts number the rows of a file as the whole file does',
    file: 'src/core/formats/csv-part-scan.ts',
    text: 'else if (!isEmptyRow(row)) this.#cutter.record(row.line, row.byte);',
    without: 'else this.#cutter.record(row.line, row.byte);',
    guard: {
      file: 'test/core/formats/part-scan.test.ts',
      name: 'a file read in parts is the file read whole > CSV, whatever stands in it and wherever it is cut',
    },
  },
  {
    id: 'records-made-once',
    figures: ['D18'],
    protects: 'Of two receipts of one part one counts',
    file: 'src/adapters/blob-run-records.ts',
    text: "return this.#write(path, value, { ifNoneMatch: '*' }, labels);",
    without: "return this.#write(path, value, { ifMatch: '' }, labels);",
    guard: {
      file: 'test/adapters/blob-runs.test.ts',
      name: 'a record is made once, replaced only as the version that was read, and listed with its labels',
    },
  },
  {
    id: 'stuck-runs-found',
    figures: ['D18'],
    protects: 'A run whose messages are lost is taken up again',
    file: 'src/scoring/files/reconcile-files.ts',
    text: 'await runs.queues.announce(container, blob, true);',
    without: '',
    guard: {
      file: reconcileTest,
      name: 'parts whose messages are lost are sent again, and only those; a run that goes on is left alone',
    },
  },
  {
    id: 'unannounced-found',
    figures: ['D18'],
    protects: 'A file that no event announced is scored',
    file: 'src/scoring/files/reconcile-files.ts',
    text: 'await runs.queues.announce(container, blob, false);',
    without: '',
    guard: {
      file: reconcileTest,
      name: 'a file that no event announced is announced, one that just came is waited for',
    },
  },
  {
    id: 'jobs-of-own-models',
    figures: ['D18'],
    protects: 'A key of one model neither sees nor cancels runs of another',
    file: 'src/scoring/http/answer-job.ts',
    text: 'if (status === undefined || !mayUse(caller, status.model)) return unknown;',
    without: 'if (status === undefined) return unknown;',
    guard: { file: jobsTest, name: 'a key > of another model uploads nothing, and hears of no run' },
  },
  {
    id: 'asked-results-refused',
    figures: ['D18'],
    protects: 'An upload that asks for results in a format that nobody writes is not answered with another one',
    file: 'src/core/routes/result-format.ts',
    text: 'if (results !== undefined) return { ...route, results };',
    without: 'if (results !== null) return { ...route, ...(results && { results }) };',
    guard: {
      file: 'test/adapters/asked-results.test.ts',
      name: 'metadata that nobody understands ends the run with a report that says so',
    },
  },
];
