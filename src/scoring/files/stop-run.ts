import type { Refusal } from '../../core/protocols/refusal.ts';
import { refusal } from '../../core/protocols/refusal.ts';
import { type Ending, endRun, runOfParts } from './end-run.ts';
import { recordPath, runPaths } from './run-record.ts';
import { type RunReport, reportPath } from './run-report.ts';

const unknown = (run: string) => refusal('run.unknown', `There is no run ${run.slice(0, 100)}.`);

/**
 * Cancels a run that has not ended: nothing of it becomes visible.
 * @returns its report, or why it cannot be cancelled
 */
export async function cancelRun(ending: Ending, run: string): Promise<RunReport | Refusal> {
  const { runs } = ending;
  const record = await runs.record(run);
  if (record === undefined) return unknown(run);
  const over = refusal('run.over', `The run ${run} has ended, or is about to.`);
  if ((await runs.records.read(runPaths(record).end)) !== undefined) return over;
  const plan = await runs.plan(record);
  const whole = plan === undefined ? { record, parts: 1, receipts: [] } : runOfParts({ record, plan });
  const report = await endRun(ending, whole, { kind: 'cancel' });
  return report?.state === 'cancelled' ? report : over;
}

/**
 * Begins a run anew that failed or was cancelled: with the model and the route of today.
 * @returns why that cannot be
 */
export async function retryRun({ runs }: Pick<Ending, 'runs'>, run: string): Promise<Refusal | undefined> {
  const record = await runs.record(run);
  if (record === undefined) return unknown(run);
  const stored = await runs.reports.read(reportPath(record.folder));
  const { state } = (stored?.value ?? {}) as Partial<RunReport>;
  if (state === undefined) return refusal('run.over', `The run ${run} has not ended: cancel it first.`);
  if (state === 'succeeded') return refusal('run.over', `The run ${run} has succeeded.`);
  // What a run is known by goes last: a retry that is cut off can be made once more.
  for await (const { path } of runs.records.list(runPaths(record).folder)) await runs.records.remove(path);
  for await (const { path } of runs.reports.list(`${record.folder}/`)) await runs.reports.remove(path);
  await runs.records.remove(recordPath(run));
  await runs.queues.announce(record.source.container, record.source.blob, true);
  return undefined;
}
