import { Agent, request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { startHost } from '../local/host/start-host.ts';
import { startTwin } from '../local/twin.ts';
import { compare, type Figure, quantile } from './harness.ts';
import { sampleRecords } from './samples.ts';

const connections = 8;
const roundCalls = 200;
/** Until both have been compiled as far as they ever are. */
const warmUpCalls = 10_000;
/** How two processes share two cores is decided when they start, and differs by a fifth. */
const starts = 5;
/** A hundredth of these are enough to say what the slowest of a hundred takes. */
const latencyCalls = 1_000;

/** Calls of one row through host and worker of the twin, beside a function that does nothing on the same host. */
export async function doorFigures(benchModels: string): Promise<Figure[]> {
  const runs: Figure[][] = [];
  for (let i = 0; i < starts; i++) runs.push(await withBothDoors(benchModels, takeFigures));
  // The start in the middle: with all its figures, so that they are of the same processes.
  return runs.toSorted(([a], [b]) => (a?.ratio ?? 0) - (b?.ratio ?? 0))[Math.floor(starts / 2)] ?? [];
}

async function withBothDoors<T>(benchModels: string, work: (door: Caller, noOp: Caller) => Promise<T>): Promise<T> {
  const twin = await startTwin({ settings: { SLUICE_MODELS_FOLDER: benchModels } });
  const empty = await startHost({ appFolder: fileURLToPath(new URL('./no-op-app', import.meta.url)), settings: {} });
  const door = new Caller(`${twin.url}/models/mlp/score`);
  const noOp = new Caller(`${empty.url}/models/mlp/score`);
  try {
    for (const caller of [door, noOp]) await caller.callAll(warmUpCalls, connections);
    return await work(door, noOp);
  } finally {
    door.close();
    noOp.close();
    await empty.drain();
    await twin.close();
  }
}

async function takeFigures(door: Caller, noOp: Caller): Promise<Figure[]> {
  const figure = await compare({
    name: 'http.door',
    what: `calls/s of one row over ${connections} connections through the twin's host, over a function that only answers as much`,
    unit: 'calls',
    reach: 0.9,
    floor: 0.8,
    rounds: 21,
    sideMs: 200,
    work: () => callsOf(door),
    baseline: () => callsOf(noOp),
  });
  const latencies: Figure[] = [];
  for (const atOnce of [1, 8, 32]) latencies.push(...(await latencyFigures(door, atOnce)));
  return [figure, ...latencies];
}

async function callsOf(caller: Caller): Promise<number> {
  await caller.callAll(roundCalls, connections);
  return roundCalls;
}

async function latencyFigures(caller: Caller, atOnce: number): Promise<Figure[]> {
  const times = await caller.callAll(latencyCalls, atOnce);
  const over = `of a call of one row through the twin's host, over ${atOnce} connection${atOnce === 1 ? '' : 's'}`;
  return [
    { name: `http.door.${atOnce}.p50`, what: `median time ${over}`, unit: 'ms', value: quantile(times, 0.5) },
    { name: `http.door.${atOnce}.p99`, what: `99 of 100 times ${over}`, unit: 'ms', value: quantile(times, 0.99) },
  ];
}

/** Calls one address with one row. */
class Caller {
  readonly #url: string;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #body = Buffer.from(JSON.stringify(sampleRecords(1)[0]));

  constructor(url: string) {
    this.#url = url;
  }

  /** Makes many calls, so many at once. @returns how long each took, in milliseconds */
  async callAll(calls: number, atOnce: number): Promise<number[]> {
    const times: number[] = [];
    let left = calls;
    const goOn = async () => {
      while (left-- > 0) {
        const started = performance.now();
        await this.#call();
        times.push(performance.now() - started);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, goOn));
    return times;
  }

  close(): void {
    this.#agent.destroy();
  }

  #call(): Promise<void> {
    return new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json', 'content-length': this.#body.length };
      const call = request(this.#url, { method: 'POST', agent: this.#agent, headers }, (response) => {
        response.resume();
        response.on('end', () =>
          response.statusCode === 200 ? resolve() : reject(new Error(`${this.#url} answered ${response.statusCode}`)),
        );
      });
      call.on('error', reject);
      call.end(this.#body);
    });
  }
}
