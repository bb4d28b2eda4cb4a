import type { TwinAddress } from '../twin-file.ts';
import type { Deeds } from './deeds.ts';

/** Calls the control of the local twin, which takes orders to go wrong. */
async function order<T>({ url, token }: TwinAddress['control'], method: string, ...args: unknown[]): Promise<T> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ method, args }),
  });
  if (!answer.ok) throw new Error(`The control of the twin answered ${answer.status}.`);
  const { result, error } = (await answer.json()) as { result: T; error?: string };
  if (error !== undefined) throw new Error(error);
  return result;
}

/** Share of the writes that are refused with 429 while the twin is throttled. */
const throttledShare = 0.3;

interface ServiceCounts {
  readonly cosmos: { readonly charge: number };
}

/** What is done to the local twin: its worker is killed, its database refuses a part of the writes. */
export async function twinDeeds({ control }: TwinAddress): Promise<Deeds> {
  const charge = async () => (await order<ServiceCounts>(control, 'counts')).cosmos.charge;
  const before = await charge();
  return {
    async kill() {
      const { pid, cut } = await order<{ pid: number; cut: number }>(control, 'kill', 'worker', 'SIGKILL');
      return `The worker ${pid} was killed with SIGKILL, over ${cut} invocations.`;
    },
    async throttle() {
      const fault = { kind: 'throttle', retryAfterMs: [5, 50] };
      await order(control, 'setFaults', {
        seed: 1,
        rules: [{ service: 'cosmos', fault, on: 'writes', share: throttledShare }],
      });
      return `Cosmos DB answers ${100 * throttledShare} % of the writes with 429.`;
    },
    async release() {
      await order(control, 'setFaults', { seed: 0, rules: [] });
    },
    requestUnits: async () => (await charge()) - before,
    instances: async () => (await order<readonly unknown[]>(control, 'hosts')).length,
  };
}
