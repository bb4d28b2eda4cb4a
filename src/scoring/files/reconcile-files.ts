import { runId } from '../../core/ids.ts';
import { isDue } from '../../core/routes/daily.ts';
import type { ModelRegistry } from '../model-registry.ts';
import type { Log } from '../ports.ts';
import { type RunRecord, recordPath, runPaths } from './run-record.ts';
import { reportPath } from './run-report.ts';
import type { SharedRuns } from './shared-runs.ts';

/** A file in the container of uploads. */
export interface ListedUpload {
  readonly container: string;
  readonly blob: string;
  readonly etag: string;
  /** Milliseconds since 1970. */
  readonly modifiedMs: number;
}

/** Lists uploads, page by page. */
export interface Uploads {
  pages(): AsyncIterable<readonly ListedUpload[]>;
}

export interface FileReconciling {
  readonly registry: ModelRegistry;
  readonly runs: SharedRuns;
  readonly uploads: Uploads;
}

/** What was found and done about it. */
export interface FilesReconciled {
  readonly looked: number;
  /** Files of which no event had told. */
  readonly unannounced: number;
  /** Runs that showed no sign of life. */
  readonly stuck: number;
}

/** An announcement may take so long. */
const announcedWithinMs = 5 * 60_000;
/** Longer than `functionTimeout`: what has shown no sign of life since then is dead, or still in its queue. */
const silentMs = 15 * 60_000;
/** Older uploads are passed over: their results may have aged away already. */
const ageMsMax = 60 * 86_400_000;
const looksAtOnce = 16;
/** Runs whose end is remembered, so that nobody asks for it again. */
const endedMax = 100_000;

/** Compares uploads with runs: announces what no event has told of, and has runs taken up again that stand still. */
export class FileReconciler {
  readonly #reconciling: FileReconciling;
  readonly #ended = new Set<string>();

  constructor(reconciling: FileReconciling) {
    this.#reconciling = reconciling;
  }

  /** @throws {ScoringError} what is left is for the next time then */
  async reconcile(nowMs: number, log: Log): Promise<FilesReconciled> {
    const sum = { looked: 0, unannounced: 0, stuck: 0 };
    for await (const page of this.#reconciling.uploads.pages()) {
      for (let from = 0; from < page.length; from += looksAtOnce) {
        const some = page.slice(from, from + looksAtOnce);
        for (const found of await Promise.all(some.map((upload) => this.#look(upload, nowMs)))) {
          sum.looked++;
          if (found !== 'fine') sum[found]++;
        }
      }
    }
    if (sum.unannounced + sum.stuck > 0) log.warning('uploads were taken up', sum);
    return sum;
  }

  async #look(upload: ListedUpload, nowMs: number): Promise<'fine' | 'unannounced' | 'stuck'> {
    const { registry, runs } = this.#reconciling;
    const { container, blob, etag, modifiedMs } = upload;
    if (nowMs - modifiedMs < announcedWithinMs || nowMs - modifiedMs > ageMsMax) return 'fine';
    const route = await registry.fileRoute(blob);
    if (route === undefined || !isDue(route.dailyAt, modifiedMs, nowMs)) return 'fine';
    const run = runId(container, blob, etag, route.prefix);
    if (this.#ended.has(run)) return 'fine';
    const stored = await runs.records.read(recordPath(run));
    if (await this.#hasReport(run, `${route.model}/${blob}/${run}`)) return 'fine';
    if (stored === undefined) {
      await runs.queues.announce(container, blob, false);
      return 'unannounced';
    }
    const record = stored.value as RunRecord;
    if (nowMs - (await lastSign(runs, record)) < silentMs) return 'fine';
    // It is a sign too: what waits in a queue is not announced each time.
    await runs.records.create(`${runPaths(record).folder}taken-up/${nowMs}.json`, {});
    await runs.queues.announce(container, blob, true);
    return 'stuck';
  }

  async #hasReport(run: string, folder: string): Promise<boolean> {
    if ((await this.#reconciling.runs.reports.read(reportPath(folder))) === undefined) return false;
    if (this.#ended.size >= endedMax) this.#ended.clear();
    this.#ended.add(run);
    return true;
  }
}

/** When an instance last wrote something about the run, in milliseconds since 1970. */
async function lastSign({ records }: SharedRuns, record: RunRecord): Promise<number> {
  let lastMs = Date.parse(record.startedAt);
  for await (const { writtenAt } of records.list(runPaths(record).folder))
    lastMs = Math.max(lastMs, Date.parse(writtenAt));
  return lastMs;
}
