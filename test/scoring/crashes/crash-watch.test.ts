import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { documentId } from '../../../src/core/ids.ts';
import { CrashWatch } from '../../../src/scoring/crashes/crash-watch.ts';
import type { Alone } from '../../../src/scoring/crashes/passage.ts';
import { keepingLog } from '../bundled-model.ts';
import { MemoryMarkers } from './memory-markers.ts';

interface Event {
  readonly sequence: number;
  readonly partition: string;
}

const idOf = ({ sequence, partition }: Event) =>
  documentId({ kind: 'stream', hub: 'h', partition, sequence, enqueuedAt: '2026-11-21T00:00:00.000Z' }, 'h');
const batchOf = (from: number, count: number, partition = '0'): Event[] =>
  Array.from({ length: count }, (_, i) => ({ sequence: from + i, partition }));

let markers: MemoryMarkers;
let lives: number;
beforeEach(() => {
  markers = new MemoryMarkers();
  lives = 0;
});

/** A process that scores events until one of them kills it. */
class Process {
  readonly watch = new CrashWatch(markers, `life-${++lives}`);
  readonly placed = new Map<string, 'scored' | 'crashed'>();
  readonly #isKiller: (event: Event) => boolean;
  readonly #death = Promise.withResolvers<'died'>();
  isDead = false;

  constructor(isKiller: (event: Event) => boolean = () => false) {
    this.#isKiller = isKiller;
  }

  /** What is dead goes on with nothing: no word of it is heard again. */
  async score(events: readonly Event[], attempt = 0): Promise<'done' | 'died'> {
    return Promise.race([this.#score(events, attempt), this.#death.promise]);
  }

  async #score(events: readonly Event[], attempt: number): Promise<'done'> {
    const place = `h/${events[0]?.partition}`;
    const passage = await this.#alive(this.watch.enter({ place, events, attempt }, keepingLog()));
    for (const portion of passage.portions) {
      await this.#alive(
        passage.run(portion, async (alone) => {
          for (const event of portion.events) {
            if (alone !== undefined && !(await this.#alive(alone.mayRun(idOf(event))))) {
              this.placed.set(idOf(event), 'crashed');
              continue;
            }
            if (this.#isKiller(event)) await this.die();
            this.placed.set(idOf(event), 'scored');
          }
        }),
      );
    }
    await this.#alive(passage.leave());
    return 'done';
  }

  async #alive<T>(work: Promise<T>): Promise<T> {
    const result = await work;
    return this.isDead ? new Promise(() => {}) : result;
  }

  die(): Promise<never> {
    this.isDead = true;
    this.#death.resolve('died');
    return new Promise(() => {});
  }
}

describe('in health', () => {
  test('three requests for each place in the life of a process, and none for a batch after the first ones', async () => {
    const process = new Process();
    for (let i = 0; i < 40; i++) {
      await process.score(batchOf(256 * i, 256));
      if (i === 0) expect(markers.requests).toBe(2);
    }
    expect(markers.requests).toBe(3);
    expect(markers.markers.size).toBe(0);
  });

  test('a process that ends in order leaves no word', async () => {
    const process = new Process();
    await process.score(batchOf(0, 10));
    expect(markers.markers.size).toBe(1);
    await process.watch.close();
    expect(markers.markers.size).toBe(0);
  });

  test('a batch that comes again in the same process goes whole, under a marker that is taken away', async () => {
    const process = new Process();
    await process.score(batchOf(0, 10));
    const passage = await process.watch.enter({ place: 'h/0', events: batchOf(10, 256), attempt: 0 }, keepingLog());
    await passage.fail();
    const again = await process.watch.enter({ place: 'h/0', events: batchOf(10, 256), attempt: 1 }, keepingLog());
    expect(again.portions.map(({ events }) => events.length)).toEqual([256]);
    await again.run(again.portions[0]!, async () => {
      expect([...markers.markers.values()]).toMatchObject([{ now: { from: 10, to: 265, events: 256 } }]);
    });
  });
});

/** What a host does: a batch that killed a process comes again, and after three deaths another host begins anew. */
async function scoreWhateverDies(batches: readonly Event[][], isKiller: (event: Event) => boolean) {
  const places = new Map<string, string>();
  let process = new Process(isKiller);
  let deaths = 0;
  for (const batch of batches) {
    for (let attempt = 0; (await process.score(batch, attempt)) === 'died'; ) {
      deaths++;
      for (const [id, place] of process.placed) places.set(id, place);
      process = new Process(isKiller);
      attempt = deaths % 3 === 0 ? 0 : attempt + 1;
      if (deaths > 200) throw new Error('it never ends');
    }
  }
  for (const [id, place] of process.placed) places.set(id, place);
  const crashed = [...places].filter(([, place]) => place === 'crashed').map(([id]) => id);
  return { deaths, places, crashed };
}

describe('an event that kills the process', () => {
  test('is known after two deaths of its own; the other 255 of its batch are scored, and nobody else is blamed', async () => {
    const batches = Array.from({ length: 30 }, (_, i) => batchOf(256 * i, 256));
    const killer = batches[24]![100]!;
    const { deaths, places, crashed } = await scoreWhateverDies(batches, (event) => event === killer);
    expect(crashed).toEqual([idOf(killer)]);
    expect(places.size).toBe(30 * 256);
    // With its batch, with its group, and twice alone.
    expect(deaths).toBe(4);
    expect([...markers.markers.values()].flatMap(({ died }) => died)).toEqual([]);
  });

  test('wherever and however many there are', async () => {
    const killersOf = fc.uniqueArray(fc.nat({ max: 4 * 64 - 1 }), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(killersOf, async (killers) => {
        markers = new MemoryMarkers();
        const batches = [0, 64, 128, 192].map((from) => batchOf(from, 64));
        const { places, crashed } = await scoreWhateverDies(batches, ({ sequence }) => killers.includes(sequence));
        expect(crashed.toSorted()).toEqual(killers.map((sequence) => idOf({ sequence, partition: '0' })).toSorted());
        expect(places.size).toBe(256);
      }),
      { numRuns: 40 },
    );
  });

  test('is found though the host is lost with each death, and the batch begins elsewhere each time', async () => {
    const killer = 150;
    let crashed: string[] = [];
    const borders = [100, 64, 256, 40, 120, 90, 200, 77];
    for (const size of borders) {
      const process = new Process(({ sequence }) => sequence === killer);
      for (let from = 0; from < 256 && !process.isDead; from += size) {
        await process.score(batchOf(from, Math.min(size, 256 - from)));
      }
      crashed = [...process.placed].filter(([, place]) => place === 'crashed').map(([id]) => id);
      if (!process.isDead) break;
    }
    expect(crashed).toEqual([idOf({ sequence: killer, partition: '0' })]);
  });

  test('costs its neighbours in other partitions nothing, though they die with it each time', async () => {
    const killer = { sequence: 40, partition: '1' };
    const isKiller = (event: Event) => event.sequence === killer.sequence && event.partition === killer.partition;
    const places = new Map<string, string>();
    let attempt = 0;
    for (let deaths = 0; deaths < 20; deaths++) {
      const process = new Process(isKiller);
      const ends = await Promise.all(
        ['0', '1', '2', '3'].map((partition) => process.score(batchOf(0, 64, partition), attempt)),
      );
      for (const [id, place] of process.placed) places.set(id, place);
      if (ends.every((end) => end === 'done')) break;
      attempt++;
    }
    expect([...places].filter(([, place]) => place === 'crashed').map(([id]) => id)).toEqual([idOf(killer)]);
    expect(places.size).toBe(256);
  });
});

test('nobody is blamed for processes that are killed from outside, again and again', async () => {
  for (let life = 0; life < 30; life++) {
    let begun = 0;
    const process = new Process(() => ++begun === 3);
    expect(await process.score(batchOf(0, 64), life % 3)).toBe('died');
  }
  const process = new Process();
  await process.score(batchOf(0, 64));
  expect(new Set(process.placed.values())).toEqual(new Set(['scored']));
  expect(process.placed.size).toBe(64);
});

describe('when markers cannot be kept', () => {
  test('batches go without them as long as nothing died', async () => {
    markers.isDark = true;
    const process = new Process();
    expect(await process.score(batchOf(0, 256))).toBe('done');
    expect(await process.score(batchOf(256, 256), 1)).toBe('done');
    // And storage is left alone for a while.
    expect(markers.requests).toBe(1);
  });

  test('nothing is tried that a process died over', async () => {
    const died = new Process(({ sequence }) => sequence === 3);
    await died.score(batchOf(0, 256));
    await new Process(({ sequence }) => sequence === 3).score(batchOf(0, 256), 1);
    const process = new Process();
    const passage = await process.watch.enter({ place: 'h/0', events: batchOf(0, 256), attempt: 2 }, keepingLog());
    markers.isDark = true;
    const [portion] = passage.portions;
    const name = async (alone: Alone | undefined) => void (await alone?.mayRun(idOf(portion!.events[0]!)));
    await expect(passage.run(portion!, name)).rejects.toMatchObject({
      code: 'storage.unavailable',
    });
  });

  test('neither alone nor together with others', async () => {
    await new Process(({ sequence }) => sequence === 3).score(batchOf(0, 256));
    const { watch } = new Process();
    const passage = await watch.enter({ place: 'h/0', events: batchOf(0, 256), attempt: 1 }, keepingLog());
    markers.isDark = true;
    const [portion] = passage.portions;
    expect(portion).toMatchObject({ isAlone: false });
    let isTried = false;
    const work = async () => {
      isTried = true;
    };
    await expect(passage.run(portion!, work)).rejects.toMatchObject({ code: 'storage.unavailable' });
    expect(isTried).toBe(false);
  });
});
