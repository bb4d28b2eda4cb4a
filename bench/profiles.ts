import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ProfileRun, runProfile } from '../local/measure/profile-run.ts';
import type { StreamProfile } from '../src/core/streams/stream-profiles.ts';
import type { Figure } from './harness.ts';
import { bundledModels } from './models.ts';

const load = { eventsPerSecond: 1_000, seconds: 30 };

/** The longest time from enqueued to readable, for 95 of 100 events. */
const p95MsMax: Readonly<Record<StreamProfile, number>> = { economy: 4_000, latency: 500 };

/** The names of what is counted, and what each says. */
const counted = {
  invocations: 'invocations',
  checkpointWrites: 'checkpoints that the host writes',
  ownershipRequests: 'requests about who reads which partition',
  ledgerWrites: 'lines of the ledger',
  storageRequests: 'requests to storage in all',
  cosmosRequests: 'requests to Cosmos DB',
  requestUnits: 'request units, as the twin charges them (by size alone)',
} as const satisfies Partial<Record<keyof ProfileRun, string>>;

/** What a million events cost with each profile, scores by themselves and packed, and how long their scores take. */
export async function profileFigures(folder: string): Promise<Figure[]> {
  const packed = { SLUICE_MODELS_FOLDER: packedModels(join(folder, 'packed-models')) };
  const figures: Figure[] = [];
  for (const profile of ['economy', 'latency'] as const) {
    figures.push(...figuresOf(profile, await runProfile(profile, load)));
    figures.push(...figuresOf(`${profile}.packed`, await runProfile(profile, { ...load, settings: packed })));
  }
  return figures;
}

function packedModels(folder: string): string {
  mkdirSync(folder);
  cpSync(bundledModels, folder, { recursive: true });
  const routes = { streams: [{ hub: 'telemetry', model: 'machine-failure', packed: true }] };
  writeFileSync(join(folder, 'routes.json'), JSON.stringify(routes));
  return folder;
}

function figuresOf(name: string, run: ProfileRun): Figure[] {
  const at = `at ${load.eventsPerSecond.toLocaleString('en-US')} events/s`;
  const counts = Object.entries(counted).map(([key, what]) => ({
    name: `profiles.${name}.${key}`,
    what: `${what}, for a million events ${at}`,
    unit: 'a million',
    value: run[key as keyof typeof counted],
  }));
  return [
    ...counts,
    {
      name: `profiles.${name}.p95`,
      what: `from enqueued to readable ${at}, for 95 of 100 events (half of them: ${run.p50Ms} ms)`,
      unit: 'ms',
      value: run.p95Ms,
      ceiling: p95MsMax[run.profile],
    },
  ];
}
