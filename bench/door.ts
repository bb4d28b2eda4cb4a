import { Agent, request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { startHost } from '../local/host/start-host.ts';
import { startTwin } from '../local/twin.ts';
import { compare, type Figure, median } from './harness.ts';
import { sampleRecords } from './samples.ts';

const connections = 8;
const roundCalls = 400;

/** Calls of one row through host and worker of the twin, beside a function that does nothing on the same host. */
export async function doorFigures(benchModels: string): Promise<Figure[]> {
  const twin = await startTwin({ settings: { SLUICE_MODELS_FOLDER: benchModels } });
  const empty = await startHost({ appFolder: fileURLToPath(new URL('./no-op-app', import.meta.url)), settings: {} });
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const [record] = sampleRecords(1);
  const body = Buffer.from(JSON.stringify(record));
  const latencies: number[] = [];
  try {
    const figure = await compare({
      name: 'http.door',
      what: `calls/s of one row over ${connections} connections through the twin's host, over a function that does nothing`,
      unit: 'calls',
      reach: 0.9,
      floor: 0.8,
      work: () => callAll(agent, `${twin.url}/models/mlp/score`, body, latencies),
      baseline: () => callAll(agent, `${empty.url}/models/mlp/score`, body, []),
    });
    return [
      figure,
      { name: 'http.door.p50', what: 'median time of such a call', unit: 'ms', value: median(latencies) },
    ];
  } finally {
    agent.destroy();
    await empty.drain();
    await twin.close();
  }
}

/** Makes many calls, some at once. @returns how many */
async function callAll(agent: Agent, url: string, body: Buffer, latencies: number[]): Promise<number> {
  let left = roundCalls;
  const caller = async () => {
    while (left-- > 0) {
      const started = performance.now();
      await callOnce(agent, url, body);
      latencies.push(performance.now() - started);
    }
  };
  await Promise.all(Array.from({ length: connections }, caller));
  return roundCalls;
}

function callOnce(agent: Agent, url: string, body: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': body.length };
    const call = request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.on('end', () =>
        response.statusCode === 200 ? resolve() : reject(new Error(`${url} answered ${response.statusCode}`)),
      );
    });
    call.on('error', reject);
    call.end(body);
  });
}
