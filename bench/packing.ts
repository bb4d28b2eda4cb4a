import { CosmosClient } from '@azure/cosmos';
import { type CosmosServer, startCosmosServer } from '../local/cosmos/cosmos-server.ts';
import { CosmosPackedSink } from '../src/adapters/cosmos-packed-sink.ts';
import { CosmosSink } from '../src/adapters/cosmos-sink.ts';
import { digestOf } from '../src/core/digest.ts';
import { documentId } from '../src/core/ids.ts';
import type { ScoreDocument } from '../src/core/outputs/score-document.ts';
import { cosmos } from '../src/core/resources.ts';
import { partitionKeyOf, type StreamSource } from '../src/core/source.ts';
import type { Sink } from '../src/scoring/ports.ts';
import type { Figure } from './harness.ts';

const scores = 10_000;
const devices = 200;

/** A full batch of each profile, and what arrives together of a hundred events a second. */
const batchSizes = [512, 256, 20];

const charged =
  'request units as the twin charges them: after the published rule (a read of 1 KB is 1, of 100 KB 10, a write five times that), by size alone';

/** What writing scores costs in Cosmos DB, each by itself and packed. */
export async function packingFigures(): Promise<Figure[]> {
  const server = await startCosmosServer();
  const client = new CosmosClient(server.connectionString);
  try {
    const { database } = await client.databases.create({ id: cosmos.database });
    const costOf = async (make: (container: ConstructorParameters<typeof CosmosSink>[0]) => Sink, batch: number) => {
      const id = `predictions-${crypto.randomUUID()}`;
      const { container } = await database.containers.create({ id, partitionKey: { paths: ['/partition'] } });
      return unitsPerThousand(
        server,
        make(async () => container),
        batch,
      );
    };
    const single = await costOf((container) => new CosmosSink(container), 256);
    const figures: Figure[] = [
      {
        name: 'cosmos.single',
        what: `for 1,000 scores of a stream, an item each, of ${devices} devices; ${charged}`,
        unit: 'RU',
        value: single,
      },
    ];
    for (const batch of batchSizes) {
      const packed = await costOf((container) => new CosmosPackedSink(container), batch);
      figures.push({
        name: `cosmos.packed.${batch}`,
        what: `for 1,000 packed scores in batches of ${batch}; ${(single / packed).toFixed(1)} times less than an item each`,
        unit: 'RU',
        value: packed,
        ceiling: Math.round(single / 2),
      });
    }
    return figures;
  } finally {
    client.dispose();
    await server.close();
  }
}

async function unitsPerThousand(server: CosmosServer, sink: Sink, batch: number): Promise<number> {
  server.traffic.reset();
  for (let from = 0; from < scores; from += batch) {
    const count = Math.min(batch, scores - from);
    const results = await sink.write(Array.from({ length: count }, (_, i) => documentOf(from + i)));
    const other = results.find(({ kind }) => kind !== 'created');
    if (other !== undefined) throw new Error(`A score of the bench was not created: ${JSON.stringify(other)}`);
  }
  return (1_000 * server.traffic.counts.charge) / scores;
}

/** As the bundled model writes them. */
function documentOf(sequence: number): ScoreDocument {
  const enqueuedAt = new Date(Date.UTC(2026, 10, 21, 3) + sequence).toISOString();
  const source: StreamSource = { kind: 'stream', hub: 'telemetry', partition: '0', sequence, enqueuedAt };
  const key = `machine-${(sequence * 7) % devices}`;
  const model = 'machine-failure';
  return {
    id: documentId(source, model),
    partition: partitionKeyOf(source, key),
    key,
    model,
    version: 1,
    modelDigest: digestOf(model),
    inputDigest: digestOf(String(sequence)),
    source,
    outputs: { label: 'ok', probability: (sequence % 997) / 997 },
  };
}
