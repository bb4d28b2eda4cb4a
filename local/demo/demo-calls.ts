import { fleetObservations } from '../devices/fleet.ts';

export interface DemoCalls {
  readonly calls: number;
  readonly answered: number;
  readonly latenciesMs: readonly number[];
  readonly durationMs: number;
}

/** Scores one reading after the other by HTTP, as a program does that needs the answer. */
export async function makeDemoCalls(url: string, { calls, seed }: { calls: number; seed: number }): Promise<DemoCalls> {
  const observations = fleetObservations({ machines: 20, seed });
  const latenciesMs: number[] = [];
  let answered = 0;
  const started = performance.now();
  for (let i = 0; i < calls; i++) {
    const { reading } = observations.next().value;
    const sent = performance.now();
    const response = await fetch(`${url}/models/machine-failure/score`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(reading),
    });
    const answer = (await response.json()) as { scores?: readonly unknown[] };
    latenciesMs.push(performance.now() - sent);
    if (response.status === 200 && answer.scores?.length === 1) answered++;
  }
  return { calls, answered, latenciesMs, durationMs: performance.now() - started };
}
