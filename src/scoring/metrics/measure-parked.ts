import { parkedSummary } from '../parked/parked-summary.ts';
import type { StoredRecords } from '../parked/stored-records.ts';
import type { Metrics } from '../ports.ts';

/** Tells how much is parked, and for how long. @throws {ScoringError} `storage.unavailable` */
export async function measureParked(metrics: Metrics, parked: Pick<StoredRecords<unknown>, 'list'>): Promise<void> {
  if (!metrics.isOn) return;
  const { records, oldestSeconds = 0 } = await parkedSummary(parked);
  metrics.record('parkedRecords', records);
  metrics.record('parkedAge', oldestSeconds);
}
