import { Turns } from '../turns.ts';
import type { PieceFiles, RunQueues, RunRecords } from './run-ports.ts';
import { type Begun, planVersion, type RunPlan, type RunRecord, recordPath, runPaths } from './run-record.ts';

/** A run with its plan. */
export interface OpenedRun {
  readonly record: RunRecord;
  readonly plan: RunPlan;
}

export interface SharedRunsOptions {
  readonly records: RunRecords;
  /** The same of the container of results: reports are read there. */
  readonly reports: Pick<RunRecords, 'read' | 'list' | 'remove'>;
  readonly pieces: PieceFiles;
  readonly queues: RunQueues;
  /** A larger file is cut into parts of about this size. */
  readonly partBytes: number;
  /** How long the writer of a run's end may show no sign of life before another takes its place. */
  readonly endPatienceMs?: number;
  /** How often a run that one instance has alone tells how far it is, and looks whether it was cancelled. */
  readonly lookEveryMs?: number;
}

const endPatienceMsDefault = 60_000;
const lookEveryMsDefault = 5_000;
const plansMax = 8;
/** Of a row that is short. */
const rowBytes = 64;

/** What instances need to work on one run together. */
export class SharedRuns {
  readonly records: RunRecords;
  /** The same of the container of results: reports are read there. */
  readonly reports: Pick<RunRecords, 'read' | 'list' | 'remove'>;
  readonly pieces: PieceFiles;
  readonly queues: RunQueues;
  readonly partBytes: number;
  readonly endPatienceMs: number;
  readonly lookEveryMs: number;
  /** Parts that this instance has at the same time are scored one after the other: the next is on hand when one is done. */
  readonly turns = new Turns();
  /** Plans of runs whose parts come one after the other: they never change. */
  readonly #plans = new Map<string, RunPlan>();

  constructor(options: SharedRunsOptions) {
    const { records, reports, pieces, queues, partBytes, endPatienceMs = endPatienceMsDefault } = options;
    this.records = records;
    this.reports = reports;
    this.pieces = pieces;
    this.queues = queues;
    this.partBytes = partBytes;
    this.endPatienceMs = endPatienceMs;
    this.lookEveryMs = options.lookEveryMs ?? lookEveryMsDefault;
  }

  /** Rows after which a run that one instance has alone leaves a receipt: as many as a part has of short ones. */
  get stretchRows(): number {
    return 2 ** Math.floor(Math.log2(Math.max(1, this.partBytes / rowBytes)));
  }

  async record(run: string): Promise<RunRecord | undefined> {
    return (await this.records.read(recordPath(run)))?.value as RunRecord | undefined;
  }

  async plan(begun: Begun): Promise<RunPlan | undefined> {
    return (await this.records.read(runPaths(begun).plan))?.value as RunPlan | undefined;
  }

  /** The run that was begun at this time; undefined when there is none any more, or this app is too old for its plan. */
  async open(run: string, startedAt: string): Promise<OpenedRun | undefined> {
    const record = await this.record(run);
    if (record?.startedAt !== startedAt || record.plan !== planVersion) return undefined;
    const known = this.#plans.get(startedAt + run);
    const plan = known ?? (await this.plan(record));
    if (plan === undefined) return undefined;
    if (known === undefined) this.#remember(startedAt + run, plan);
    return { record, plan };
  }

  #remember(key: string, plan: RunPlan): void {
    if (this.#plans.size >= plansMax) this.#plans.delete(this.#plans.keys().next().value ?? '');
    this.#plans.set(key, plan);
  }
}
