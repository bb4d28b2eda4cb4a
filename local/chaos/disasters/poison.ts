import { containers } from '../../../src/core/resources.ts';
import { type ChaosEvent, withFields } from '../chaos-event.ts';
import type { Disaster } from '../disaster.ts';
import { eventsOf } from '../kill-plan.ts';
import type { Scene } from '../scene.ts';

const text = (event: ChaosEvent, body: string | Buffer): ChaosEvent => ({ ...event, body: Buffer.from(body) });

/** The kinds of events that can never be scored, in turn. */
const poisons: readonly ((event: ChaosEvent) => ChaosEvent)[] = [
  (event) => text(event, event.body.subarray(0, 40)),
  (event) => withFields(event, { torque: 'much' }),
  (event) => withFields(event, { torque: -3 }),
  (event) => withFields(event, { type: undefined }),
  (event) => text(event, event.body.toString().replace(/"torque":[^,}]+/, '"torque":NaN')),
  (event) => text(event, ''),
  (event) => text(event, Buffer.from([0xff, 0xfe, 0x00, 0x7b])),
  (event) => text(event, `{"torque":"${'9'.repeat(900_000)}"}`),
];

const poisoned = (event: ChaosEvent, turn: number): ChaosEvent => ({
  ...poisons[turn % poisons.length]!(event),
  expected: 'dead-letter',
});

export const poison: Disaster = {
  name: 'D6',
  title: 'One event in a hundred can never be scored: broken JSON, wrong types, NaN, nothing at all, 1 MB',
  holds: 'no batch is repeated for the sake of a poison event, and every dead letter has its reason and position',
  full: { events: 50_000, dose: 100 },
  short: { events: 1_600, dose: 100 },
  async run(scene, { events, dose: every }) {
    const failedBefore = await failedInvocations(scene);
    const all = [...eventsOf(scene, events)].map((event, i) => (i % every === 0 ? poisoned(event, i / every) : event));
    await scene.sendInStep(all, 10_000);
    await scene.until(() => scene.areAllScored(), 120_000);
    const failed = (await failedInvocations(scene)) - failedBefore;
    const speechless = await speechlessLetters(scene);
    return {
      values: { failedInvocations: failed },
      failures: [
        ...(failed > 0 ? [`${failed} invocations failed, although nothing but events was wrong.`] : []),
        ...(speechless > 0 ? [`${speechless} dead letters do not say why or where.`] : []),
      ],
    };
  },
};

async function failedInvocations(scene: Scene): Promise<number> {
  return (await scene.control.hosts()).reduce((sum, { invocations }) => sum + invocations.failed, 0);
}

interface Letter {
  readonly reason?: string;
  readonly source?: { readonly partition?: string; readonly sequence?: number };
}

const lettersRead = 50;

/** Of the first dead letters, how many lack their reason or position. */
async function speechlessLetters(scene: Scene): Promise<number> {
  const container = scene.blobs.getContainerClient(containers.deadLetters);
  let [read, speechless] = [0, 0];
  for await (const { name } of container.listBlobsFlat()) {
    if (++read > lettersRead) break;
    const letter = JSON.parse((await container.getBlobClient(name).downloadToBuffer()).toString()) as Letter;
    const { reason, source } = letter;
    if (!reason || source?.partition === undefined || source.sequence === undefined) speechless += 1;
  }
  return speechless;
}

export const poisonRun: Disaster = {
  name: 'D7',
  title: 'A hundred times the same poison event at the head of a partition',
  holds: 'the good events behind it are scored without a repeated batch',
  full: { events: 2_000, dose: 100 },
  short: { events: 500, dose: 100 },
  async run(scene, { events, dose: times }) {
    const failedBefore = await failedInvocations(scene);
    const all = [...eventsOf(scene, events + times)].map(
      (event, i): ChaosEvent => ({ ...(i < times ? poisoned(event, 0) : event), partitionId: '0' }),
    );
    const started = performance.now();
    await scene.send(all);
    await scene.until(() => scene.areAllScored(), 60_000);
    const failed = (await failedInvocations(scene)) - failedBefore;
    return {
      values: { failedInvocations: failed, scoredAfterMs: Math.round(performance.now() - started) },
      failures: failed > 0 ? [`${failed} invocations failed, although nothing but events was wrong.`] : [],
    };
  },
};

/** Names that Cosmos DB, blob storage or a path could trip over, and the longest key there may be. */
const strangeKeys = ['a/b', 'a\\b', 'a?b', 'a#b', '../../x', '..', 'ü€😀', ' ', '%2F', 'a~b!c', '"', 'k'.repeat(256)];

export const strangeNames: Disaster = {
  name: 'D14',
  title: 'Devices with names that a database would refuse, and events that no database would take',
  holds: 'every event is a document, or a dead letter when its key is too long',
  full: { events: 2_400, dose: 1 },
  short: { events: 240, dose: 1 },
  async run(scene, { events }) {
    const all = [...eventsOf(scene, events)].map((event, i): ChaosEvent => {
      const key = strangeKeys[i % strangeKeys.length]!;
      return { ...withFields(event, { machineId: key }), key };
    });
    const tooLong = [...all.slice(0, 10)].map(
      (event, i): ChaosEvent => ({
        ...withFields(event, { machineId: 'k'.repeat(2_000) }),
        id: `${event.id}-long-${i}`,
        key: 'long',
        expected: 'dead-letter',
      }),
    );
    await scene.send([...all, ...tooLong]);
    return {};
  },
};
