import { newestRuns } from '../files/list-runs.ts';
import { runStatus } from '../files/run-status.ts';
import type { SharedRuns } from '../files/shared-runs.ts';

/** A run that goes on is among the newest ones. */
const newestMax = 200;
const atOnce = 16;

/** A run of a file that goes on: what it scores becomes visible after those who look now. */
export interface RunUnderWay {
  readonly run: string;
  readonly blob: string;
}

/** The runs of files that have not ended. @throws {ScoringError} `storage.unavailable` */
export async function runsUnderWay(runs: SharedRuns): Promise<RunUnderWay[]> {
  const newest = await newestRuns(runs, newestMax);
  const found: RunUnderWay[] = [];
  for (let from = 0; from < newest.length; from += atOnce) {
    const all = await Promise.all(newest.slice(from, from + atOnce).map(({ run }) => runStatus(runs, run)));
    for (const status of all) {
      if (status !== undefined && status.report === undefined) found.push({ run: status.run, blob: status.blob });
    }
  }
  return found;
}
