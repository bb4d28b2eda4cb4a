import { describeFault, type Fault } from '../../core/fault.ts';
import { compareOutputs } from '../../core/golden/compare.ts';
import { type ModelProto, writeOnnx } from '../../core/graph/onnx-file.ts';
import { rowCount, rowsOf } from '../../core/import/probe-rows.ts';
import type { Feeds, Outputs } from '../../core/tensor.ts';
import type { ProbeLimits, ProbeModel, ProbeReport, ProbeRun, WithScratchFile } from './import-ports.ts';

/** What models are tried with. */
export interface Trial {
  readonly probe: ProbeModel;
  readonly withScratchFile: WithScratchFile;
  readonly limits: ProbeLimits;
}

/** A model that answered, and how. */
export interface Tried {
  readonly outputs: Outputs;
  /** Rows that these are of. */
  readonly rows: number;
  /** Why rows cannot be run together; undefined when they can. */
  readonly apartBecause: string | undefined;
  readonly loadMs: number;
  readonly rowMs: number;
  readonly memoryBytes: number;
}

/** Why a model could not be tried to its end. */
export interface Failed {
  readonly fault: Fault;
  /** Whether it refused these rows, and might take others. */
  readonly isOfRows: boolean;
}

/** Kernels add the same numbers in another order when the batch has another size. */
export const tolerance = { absolute: 1e-5, relative: 1e-5 };

/**
 * Tries a model on its smallest batch, and, where the batch is free, on other rows alone and together.
 * @param feeds at least three rows
 * @param fixedRows rows that a batch must have; undefined where it is free
 * @returns why not, when it cannot be loaded, breaks a limit, or does not answer a row alone
 */
export async function tryModel(
  trial: Trial,
  model: ModelProto,
  feeds: Feeds,
  fixedRows: number | undefined,
): Promise<Tried | Failed> {
  const all = rowCount(feeds);
  const sizes = fixedRows === undefined ? [2, 3, all] : [];
  const alone = fixedRows === undefined ? [rowsOf(feeds, 0, 1), rowsOf(feeds, 1, 2)] : [rowsOf(feeds, 0, fixedRows)];
  const report = await runModel(trial, model, [...alone, ...sizes.map((size) => rowsOf(feeds, 0, size))]);
  if ('code' in report) return { fault: report, isOfRows: false };
  const singles = report.runs.slice(0, alone.length);
  const fault = singles.find((run) => 'code' in run);
  if (fault !== undefined) return { fault: fault as Fault, isOfRows: true };
  const together = report.runs.slice(alone.length).map((run, i) => ({ run, rows: sizes[i] as number }));
  const apartBecause =
    fixedRows === undefined
      ? together.map((each) => difference(singles as ProbeRun[], each)).find((why) => why !== undefined)
      : `it takes ${fixedRows === 1 ? 'one' : fixedRows} at a time`;
  const [largest, rows] =
    apartBecause === undefined ? [report.runs.at(-1) as ProbeRun, all] : [singles[0] as ProbeRun, fixedRows ?? 1];
  const { loadMs, memoryBytes } = report;
  return { outputs: largest.outputs, rows, apartBecause, loadMs, rowMs: largest.durationMs / rows, memoryBytes };
}

/** Runs a model that is written to a file for that. */
export const runModel = (
  { probe, withScratchFile, limits }: Trial,
  model: ModelProto,
  feeds: readonly Feeds[],
): Promise<ProbeReport | Fault> => withScratchFile(writeOnnx(model), (path) => probe(path, feeds, limits));

interface Together {
  readonly run: ProbeRun | Fault;
  readonly rows: number;
}

/** Why rows that ran together did not give what each gave alone. */
function difference(singles: readonly ProbeRun[], { run, rows }: Together): string | undefined {
  if ('code' in run) return `it refuses ${rows} together (${run.got})`;
  const aligned = Object.fromEntries(Object.entries(run.outputs).filter(([, { dims }]) => dims[0] === rows));
  if (Object.keys(aligned).length === 0) return 'none of its outputs has the rows in its first dimension';
  const faults = singles.flatMap((single, row) =>
    compareOutputs(single.outputs, rowsOf(aligned, row, row + 1), tolerance, ''),
  );
  const [fault] = faults;
  return fault === undefined
    ? undefined
    : `what it says of a row changes with the rows beside it (${describeFault(fault)})`;
}
