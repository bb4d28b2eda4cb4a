import type { SharedRuns } from './shared-runs.ts';

/** A run in a list. */
export interface ListedRun {
  readonly run: string;
  /** The beginning of its name, where that is very long. */
  readonly blob: string;
  readonly model: string;
  readonly startedAt: string;
}

/** The newest runs, the newest first. */
export async function newestRuns({ records }: SharedRuns, max: number): Promise<readonly ListedRun[]> {
  const found: ListedRun[] = [];
  for await (const { path, labels } of records.list('')) {
    const [, run] = /^([^/]+)\/run\.json$/.exec(path) ?? [];
    if (run === undefined) continue;
    const { blob = '', model = '', started = '' } = labels;
    found.push({ run, blob: decodeURIComponent(blob), model, startedAt: started });
  }
  return found.toSorted((a, b) => (a.startedAt < b.startedAt ? 1 : -1)).slice(0, max);
}
