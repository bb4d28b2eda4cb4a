import type { Code } from '../../core/codes.ts';
import { errorsHead } from '../../core/formats/score-text.ts';
import type { FileRoute } from '../../core/routes/routes.ts';
import type { FileFormat } from '../file-format.ts';
import type { LoadedModel } from '../loaded-model.ts';
import { type ByteTarget, ResultRows } from './result-rows.ts';
import type { PieceFiles, PieceWriter, ResultPiece } from './run-ports.ts';
import { scoreFilesOf, scoreLinesOf } from './score-files.ts';

/** The results that a stretch is of. */
export interface StretchedResults {
  readonly pieces: Pick<PieceFiles, 'piece'>;
  /** Where the files lie. */
  readonly folder: string;
  readonly format: FileFormat;
  readonly route: FileRoute;
  readonly model: LoadedModel;
  readonly keptColumns: readonly string[];
}

/** What came of the rows of a stretch, and its pieces of the files. */
export interface FinishedStretch {
  readonly scored: number;
  readonly rejected: number;
  readonly byCode: Readonly<Partial<Record<Code, number>>>;
  /** What stands before the first score of a file; undefined where no row has one. */
  readonly scoresHead: string | undefined;
  readonly scores: ResultPiece;
  readonly errors: ResultPiece;
}

/** Results of rows that follow each other, on their way into a piece of each file that they are a part of. */
export class ResultStretch {
  readonly rows: ResultRows;
  readonly #scores: PieceWriter;
  readonly #errors: HeadedBytes;
  readonly #isWholeFile: boolean;
  readonly #isFirst: boolean;

  /** @param part its place among the others, from 0: the first one has the heads of the files */
  constructor({ pieces, folder, format, route, model, keptColumns }: StretchedResults, part: number) {
    const { isOneAPart, nameOf } = scoreFilesOf(format, route);
    this.#isWholeFile = isOneAPart;
    this.#isFirst = part === 0;
    this.#scores = pieces.piece(`${folder}/${nameOf(part)}`);
    this.#errors = new HeadedBytes(pieces.piece(`${folder}/errors.csv`), () => (this.#isFirst ? errorsHead : ''));
    const headed = new HeadedBytes(this.#scores, () => this.rows.scoresHead ?? '');
    const lines = scoreLinesOf(format, route, model, keptColumns);
    this.rows = new ResultRows(lines, this.#isFirst || isOneAPart ? headed : this.#scores, this.#errors);
  }

  /** Nothing may be written afterwards. */
  async finish(): Promise<FinishedStretch> {
    const { rows } = this;
    // A file without a row is only wanted where there is no other.
    if (!this.#isWholeFile || this.#isFirst || rows.scored > 0) await rows.end();
    await this.#errors.writeHead();
    const { scored, rejected, byCode, scoresHead } = rows;
    const [scores, errors] = [await this.#scores.finish(), await this.#errors.writer.finish()];
    return { scored, rejected, byCode, scoresHead, scores, errors };
  }
}

/** Bytes with a head before the first of them. */
class HeadedBytes implements ByteTarget {
  readonly writer: PieceWriter;
  readonly #head: () => string;
  #hasHead = false;

  constructor(writer: PieceWriter, head: () => string) {
    this.writer = writer;
    this.#head = head;
  }

  async write(bytes: Uint8Array): Promise<void> {
    await this.writeHead();
    await this.writer.write(bytes);
  }

  async writeHead(): Promise<void> {
    if (this.#hasHead) return;
    this.#hasHead = true;
    const head = this.#head();
    if (head !== '') await this.writer.write(Buffer.from(head));
  }
}
