import { fileFormatOf } from '../file-format.ts';
import type { RunOutcome } from '../file-run.ts';
import type { PieceFiles, ResultPiece } from './run-ports.ts';
import type { RowCounts, RunRecord, StretchReceipt } from './run-record.ts';
import { scoreFilesOf } from './score-files.ts';
import { sumOf } from './sum-counts.ts';
import { tooLargeAShare, tooManyErrors } from './too-many-errors.ts';

/** A file of the results, once it is there. */
export interface ResultFile {
  readonly name: string;
  readonly sha256: string;
}

/** What the results of a run depend on. */
export type JoinedRun = Pick<RunRecord, 'folder' | 'route' | 'model' | 'version' | 'modelDigest'> & {
  readonly source: Pick<RunRecord['source'], 'blob'>;
};

/** Files that are made visible at once. */
const joinsAtOnce = 8;

/**
 * Puts the parts of a run together in the order of its rows. Verdicts over the whole file come from the receipts in that
 * order, whatever the order in which the parts were scored.
 * @param receipts of all rows, in their order
 * @throws {ScoringError} `storage.unavailable`
 */
export async function joinParts(
  pieces: PieceFiles,
  run: JoinedRun,
  receipts: readonly StretchReceipt[],
): Promise<RunOutcome> {
  const { model, version, modelDigest, route } = run;
  const outcome = (counts: RowCounts, files: readonly ResultFile[]): RunOutcome => ({
    model,
    version,
    modelDigest,
    ...counts,
    files,
  });

  const until = receiptsUntilTooMany(run, receipts);
  const counts = sumOf(until.receipts);
  const fault = until.fault ?? tooLargeAShare(route, counts.rejected, counts.rows);
  if (fault !== undefined)
    return { ...outcome(counts, [await joinErrors(pieces, run, until.receipts)]), faults: [fault] };
  return outcome(counts, [...(await joinScores(pieces, run, receipts)), await joinErrors(pieces, run, receipts)]);
}

/** The receipts up to the part in which there are more wrong rows than the route allows. */
function receiptsUntilTooMany({ route }: JoinedRun, receipts: readonly StretchReceipt[]) {
  let rejected = 0;
  for (const [at, receipt] of receipts.entries()) {
    rejected += receipt.rejected;
    const fault = tooManyErrors(route, rejected);
    if (fault !== undefined) return { fault, receipts: receipts.slice(0, at + 1) };
  }
  return { fault: undefined, receipts };
}

async function joinScores(
  pieces: PieceFiles,
  { folder, source, route }: JoinedRun,
  receipts: readonly StretchReceipt[],
): Promise<ResultFile[]> {
  const { contentType, isOneAPart, nameOf } = scoreFilesOf(fileFormatOf(source.blob), route);
  const join = async (part: number, all: readonly ResultPiece[]): Promise<ResultFile> => {
    const name = nameOf(part);
    return { name, sha256: await pieces.join(`${folder}/${name}`, contentType, all) };
  };
  if (!isOneAPart) {
    const all = receipts.map(({ scores }) => scores);
    // The first part has the head of the file, where it has a score.
    const headAt = receipts.findIndex(({ scoresHead }) => scoresHead !== undefined);
    const head = headAt > 0 ? [await textPiece(pieces, `${folder}/${nameOf(0)}`, receipts[headAt]!.scoresHead!)] : [];
    return [await join(0, [...head, ...all])];
  }
  const filled = receipts.filter(({ scored }) => scored > 0);
  const wanted = filled.length > 0 ? filled : receipts.slice(0, 1);
  const files: ResultFile[] = [];
  for (let from = 0; from < wanted.length; from += joinsAtOnce) {
    const some = wanted.slice(from, from + joinsAtOnce);
    files.push(...(await Promise.all(some.map(({ part, scores }) => join(part, [scores])))));
  }
  return files;
}

async function joinErrors(
  pieces: PieceFiles,
  { folder }: JoinedRun,
  receipts: readonly StretchReceipt[],
): Promise<ResultFile> {
  const name = 'errors.csv';
  const all = receipts.map(({ errors }) => errors);
  return { name, sha256: await pieces.join(`${folder}/${name}`, 'text/csv', all) };
}

async function textPiece(pieces: PieceFiles, path: string, text: string): Promise<ResultPiece> {
  const piece = pieces.piece(path);
  await piece.write(Buffer.from(text));
  return piece.finish();
}
