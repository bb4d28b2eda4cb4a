import type { IncomingEvent } from '../../core/events/incoming-event.ts';
import { toScoringError } from '../../core/fault.ts';
import type { Receipt } from '../../core/receipt.ts';
import type { Metrics } from '../ports.ts';
import type { Attempt } from '../settle.ts';

/** Runs an attempt at a batch of one hub and tells how it went. @param events one at least */
export async function measureBatch(
  metrics: Metrics,
  events: readonly IncomingEvent[],
  { number }: Attempt,
  run: () => Promise<Receipt>,
): Promise<Receipt> {
  const [{ hub }] = events as [IncomingEvent];
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  if (number > 0) metrics.record('retries', 1, { hub, of: 'batch' });
  try {
    const receipt = await run();
    metrics.record('batchDuration', seconds(), { hub, outcome: 'settled' });
    if (metrics.isOn) measureReceipt(metrics, hub, events, receipt);
    return receipt;
  } catch (error) {
    metrics.record('batchDuration', seconds(), { hub, outcome: toScoringError(error).code });
    throw error;
  }
}

function measureReceipt(metrics: Metrics, hub: string, events: readonly IncomingEvent[], receipt: Receipt): void {
  metrics.record('batchSize', events.length, { hub });
  const oldest = events.reduce((a, { enqueuedAt }) => (enqueuedAt < a ? enqueuedAt : a), events[0]?.enqueuedAt ?? '');
  // Clocks of the broker and this machine may differ a little.
  metrics.record('oldestEventAge', Math.max(0, (Date.now() - Date.parse(oldest)) / 1000), { hub });
  for (const outcome of ['scored', 'rejected', 'parked', 'skipped'] as const) {
    if (receipt[outcome] > 0) metrics.record('rows', receipt[outcome], { hub, outcome });
  }
  for (const [code, count = 0] of Object.entries(receipt.rejectedByCode))
    metrics.record('rejects', count, { hub, code });
  for (const [reason, count = 0] of Object.entries(receipt.skippedByReason))
    metrics.record('skips', count, { hub, reason });
}
