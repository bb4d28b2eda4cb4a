import { makeFleet } from '../local/devices/fleet.ts';
import { incomingEvents } from '../src/adapters/event-hub-trigger.ts';
import { CrashWatch } from '../src/scoring/crashes/crash-watch.ts';
import type { ModelRegistry } from '../src/scoring/model-registry.ts';
import { scoreEvents } from '../src/scoring/score-events.ts';
import { ledgerOfNothing, markersOfNothing, noLog, sideTrackOfNothing, streamSinksOfNothing } from './empty-ports.ts';
import { type Comparison, compare, type Figure, processorMs } from './harness.ts';
import { bundledModels, registryOf, routedRegistry } from './models.ts';
import { sampleRecords } from './samples.ts';
import { treesAlone } from './trees-alone.ts';

const batchEvents = 256;

/** The handler of `score-events` without host and sink, beside JSON.parse of the same bodies. */
export async function streamFigures(benchModels: string): Promise<Figure[]> {
  const mlp = routedRegistry(benchModels, 'mlp');
  const bundled = await registryOf(bundledModels);
  const trees = routedRegistry(benchModels, 'gbt500x8');
  const treesAloneOnSamples = await treesAlone(benchModels, batchEvents);
  const sampleBodies = sampleRecords(batchEvents).map((record) => Buffer.from(JSON.stringify(record)));
  const readings = makeFleet({ machines: 20, seed: 7, eventsPerSecond: 1_000 }).take(batchEvents);
  const figures = [
    await compare({
      name: 'stream.handler',
      what: `events/s of the handler, batches of ${batchEvents}, small network, 20 features, over JSON.parse of the same bodies alone`,
      unit: 'events',
      reach: 0.6,
      floor: 0.3,
      ...handlerAndParser(mlp, sampleBodies),
    }),
    await compare({
      name: 'stream.handler.bundled',
      what: `the same with the bundled model (10 trees, 6 features) and its events of 140 bytes`,
      unit: 'events',
      ...handlerAndParser(
        bundled,
        readings.map(({ event }) => event.body),
      ),
    }),
    await compare({
      name: 'stream.handler.trees',
      what: `events/s of the handler, batches of ${batchEvents}, 500 trees of depth 8, over the model alone`,
      unit: 'events',
      reach: 0.9,
      floor: 0.75,
      clock: processorMs,
      work: handlerAndParser(trees, sampleBodies).work,
      baseline: async () => {
        await treesAloneOnSamples();
        return batchEvents;
      },
    }),
  ];
  await mlp.release();
  await trees.release();
  await bundled.release();
  return figures;
}

function handlerAndParser(registry: ModelRegistry, bodies: readonly Buffer[]): Pick<Comparison, 'work' | 'baseline'> {
  const scoring = {
    registry,
    ...streamSinksOfNothing,
    sideTrack: sideTrackOfNothing,
    ledger: ledgerOfNothing,
    crashWatch: new CrashWatch(markersOfNothing, 'bench'),
  };
  const metadata = triggerMetadata();
  const attempt = { number: 0, isLast: false };
  return {
    work: async () => (await scoreEvents(scoring, incomingEvents(bodies, metadata), attempt, noLog)).scored,
    baseline: () => {
      for (const body of bodies) JSON.parse(body.toString());
      return bodies.length;
    },
  };
}

/** What the host says of such a batch: one partition, events that came within a few milliseconds. */
function triggerMetadata(): object {
  const start = Date.parse('2026-11-21T03:04:05.000Z');
  return {
    partitionContext: { partitionId: '0', eventHubName: 'telemetry' },
    systemPropertiesArray: Array.from({ length: batchEvents }, (_, i) => ({
      sequenceNumber: 1_000_000 + i,
      offset: String(64 * i),
      enqueuedTimeUtc: new Date(start + Math.floor(i / 25)).toISOString(),
      partitionKey: `machine-${(i % 20) + 1}`,
    })),
  };
}
