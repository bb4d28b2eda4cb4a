import type { Disaster } from '../disaster.ts';
import { eventsOf } from '../kill-plan.ts';
import type { Scene } from '../scene.ts';

interface StoredDocument {
  readonly id: string;
  readonly partition: string;
  readonly inputDigest: string;
  readonly source: { readonly partition: string; readonly sequence: number };
}

/** Everything stored, as text by id. */
async function snapshot(scene: Scene): Promise<Map<string, string>> {
  const query = scene.documents.items.query<StoredDocument>('SELECT * FROM c', { maxItemCount: 1_000 });
  const { resources } = await query.fetchAll();
  return new Map(resources.map((document) => [document.id, JSON.stringify(document)]));
}

/** Lets the readers have the last events again. @returns how many came */
async function redeliver(scene: Scene, events: number, times: number): Promise<number> {
  const before = (await scene.control.counts()).events.delivered;
  const due = await scene.control.redeliver({ events, times, shuffleSeed: scene.seed });
  await scene.until(async () => (await scene.control.counts()).events.delivered - before >= due, 120_000);
  let quiet = 0;
  // A batch may just be on its way between two invocations: nothing runs any more when nothing has for a second.
  await scene.until(async () => {
    const hosts = await scene.control.hosts();
    quiet = hosts.every(({ running }) => running === 0) ? quiet + 1 : 0;
    return quiet >= 10;
  }, 120_000);
  return due;
}

export const repeats: Disaster = {
  name: 'D8',
  title: 'The same events are delivered five times, in any order',
  holds: 'the documents stay as they are, to the byte',
  full: { events: 10_000, dose: 4 },
  short: { events: 500, dose: 2 },
  async run(scene, { events, dose: times }) {
    await scene.send(eventsOf(scene, events));
    await scene.until(() => scene.areAllScored(), 60_000);
    const before = await snapshot(scene);
    await scene.control.resetCounts();
    const repeated = await redeliver(scene, events, times);
    const { charge, reads, writes } = (await scene.control.counts()).cosmos;
    const after = await snapshot(scene);
    const changed = [...after].filter(([id, text]) => before.get(id) !== text).length;
    return {
      values: { repeated, requestUnits: Math.round(charge), reads, writes },
      failures: changed > 0 ? [`${changed} documents were written again or anew.`] : [],
      notes: [`The repeats cost ${Math.round(charge / Math.max(1, repeated / 1_000))} request units for 1,000 events.`],
    };
  },
};

const otherDigest = `sha256:${'0'.repeat(64)}`;

export const conflicts: Disaster = {
  name: 'D9',
  title: 'An event comes again, and its document was made from another input',
  holds: 'the stored document stays, and a dead letter tells of the conflict',
  full: { events: 1_000, dose: 50 },
  short: { events: 300, dose: 10 },
  /** `dose` is the number of documents that are changed. */
  async run(scene, { events, dose: tampered }) {
    await scene.send(eventsOf(scene, events));
    await scene.until(() => scene.areAllScored(), 60_000);
    const ids = new Set(await tamper(scene, tampered));
    const before = await snapshot(scene);
    await redeliver(scene, events, 1);
    const after = await snapshot(scene);
    const changed = [...ids].filter((id) => before.get(id) !== after.get(id)).length;
    return { failures: changed > 0 ? [`${changed} documents were overwritten by another input.`] : [] };
  },
};

/** Gives some documents of this scene the digest of another input. @returns their ids */
async function tamper(scene: Scene, count: number): Promise<string[]> {
  const sent = await scene.sentByPosition();
  const { resources } = await scene.documents.items.query<StoredDocument>('SELECT * FROM c').fetchAll();
  const ids: string[] = [];
  for (const document of resources) {
    const { partition, sequence } = document.source;
    const event = sent.get(`${partition}/${sequence}`);
    if (event === undefined || ids.length === count) continue;
    event.expected = 'conflict';
    await scene.documents.item(document.id, document.partition).replace({ ...document, inputDigest: otherDigest });
    ids.push(document.id);
  }
  return ids;
}
