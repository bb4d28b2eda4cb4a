import type { Proof, ProofFigure, ProofPlan, ProvingGround } from './proving-ground.ts';

/** Clock and waiting. */
export interface ProofTime {
  /** ms, never going back. */
  now(): number;
  date(): Date;
  sleep(ms: number): Promise<unknown>;
}

const pollMs = 500;
/** Events are sent in pieces of about this time. */
const pieceMs = 200;

/**
 * Ends what runs and waits for the first answer; calls; sends a stream, in the middle of which it kills and throttles;
 * waits until every event is in its place, and looks whether each has exactly one. Ends in time, with what it has by then.
 */
export async function prove(
  ground: ProvingGround,
  plan: ProofPlan,
  time: ProofTime,
  onProgress: (line: string) => void,
): Promise<Proof> {
  const run = new ProofRun(ground, plan, time, onProgress);
  try {
    await run.coldStart();
    await run.calls();
    await run.stream();
    await run.account();
  } catch (error) {
    run.problems.push(error instanceof Error ? error.message : String(error));
  } finally {
    await ground
      .release()
      .catch((error: Error) => run.problems.push(`What was throttled is throttled still: ${error.message}`));
  }
  return run.proof();
}

class ProofRun {
  readonly #ground: ProvingGround;
  readonly #plan: ProofPlan;
  readonly #time: ProofTime;
  readonly #onProgress: (line: string) => void;
  readonly #begun: number;
  readonly #begunAt: string;
  readonly #figures: ProofFigure[] = [];
  readonly #done: string[] = [];
  readonly problems: string[] = [];

  constructor(ground: ProvingGround, plan: ProofPlan, time: ProofTime, onProgress: (line: string) => void) {
    this.#ground = ground;
    this.#plan = plan;
    this.#time = time;
    this.#onProgress = onProgress;
    this.#begun = time.now();
    this.#begunAt = time.date().toISOString();
  }

  /** From the end of what ran to the first answer. */
  async coldStart(): Promise<void> {
    await this.#do(() => this.#ground.kill());
    const from = this.#time.now();
    await this.#until('the first answer after it', async () => (await this.#ground.call()) === 200);
    this.#measured('from the end of what ran to the first answer', this.#time.now() - from, 'ms');
  }

  async calls(): Promise<void> {
    const taken: number[] = [];
    let failed = 0;
    for (let i = 0; i < this.#plan.calls; i++) {
      this.#checkTime();
      const from = this.#time.now();
      if ((await this.#ground.call()) === 200) taken.push(this.#time.now() - from);
      else failed += 1;
    }
    taken.sort((a, b) => a - b);
    const at = (share: number) => taken[Math.min(taken.length - 1, Math.floor(taken.length * share))] ?? Number.NaN;
    this.#measured('calls, one after the other: median', at(0.5), 'ms');
    this.#measured('calls: slowest twentieth begins at', at(0.95), 'ms');
    if (failed > 0) this.problems.push(`${failed} of ${this.#plan.calls} calls were not answered with 200.`);
  }

  /** A third of the stream, a kill, a third while the database is throttled, and the rest. */
  async stream(): Promise<void> {
    const { events } = this.#plan;
    const from = this.#time.now();
    const third = Math.floor(events / 3);
    await this.#send(third);
    await this.#do(() => this.#ground.kill());
    const throttled = await this.#ground.throttle();
    if (throttled === undefined) this.#done.push('Nothing was throttled: this system does not let it be.');
    else await this.#do(async () => throttled);
    await this.#send(third);
    await this.#ground.release();
    await this.#send(events - 2 * third);
    const sent = this.#time.now();
    this.#measured('events sent', events, 'events');
    let scored = 0;
    await this.#until('every event as a document', async () => {
      scored = await this.#ground.scored();
      this.#onProgress(`${scored} of ${events} events are documents`);
      return scored >= events;
    });
    this.#measured('from the last event sent to the last document', (this.#time.now() - sent) / 1_000, 's');
    this.#measured('documents a second, over everything', (1_000 * scored) / (this.#time.now() - from), '1/s');
  }

  async account(): Promise<void> {
    const account = await this.#ground.account();
    const received = account.partitions.reduce((sum, each) => sum + each.received, 0);
    this.#measured('events that were received', received, 'events');
    if (received < this.#plan.events)
      this.problems.push(`${this.#plan.events} events were sent, and ${received} were received.`);
    for (const kind of ['gaps', 'doubles', 'unreceipted'] as const) {
      const wrong = account.partitions.reduce((sum, each) => sum + each[kind].length, 0);
      this.#measured(`of them, ${kind}`, wrong, 'events');
    }
    if (!account.isSound) this.problems.push('Not every event has its one place: see sluice reconcile.');
    const units = await this.#ground.requestUnits();
    const instances = await this.#ground.instances();
    if (instances !== undefined) this.#measured('instances at once, at most', instances, 'instances');
    if (units !== undefined) this.#measured('request units a document', units / Math.max(1, this.#plan.events), 'RU');
  }

  proof(): Proof {
    return {
      ground: this.#ground.name,
      begunAt: this.#begunAt,
      seconds: Math.round((this.#time.now() - this.#begun) / 1_000),
      plan: this.#plan,
      figures: this.#figures,
      done: this.#done,
      problems: this.problems,
    };
  }

  async #send(events: number): Promise<void> {
    const piece = Math.max(1, Math.round((this.#plan.eventsPerSecond * pieceMs) / 1_000));
    for (let sent = 0; sent < events; sent += piece) {
      this.#checkTime();
      const from = this.#time.now();
      await this.#ground.send(Math.min(piece, events - sent));
      await this.#time.sleep(Math.max(0, pieceMs - (this.#time.now() - from)));
    }
  }

  async #do(work: () => Promise<string>): Promise<void> {
    const what = await work();
    this.#done.push(what);
    this.#onProgress(what);
  }

  async #until(what: string, holds: () => Promise<boolean>): Promise<void> {
    while (!(await holds())) {
      this.#checkTime(what);
      await this.#time.sleep(pollMs);
    }
  }

  #measured(what: string, value: number, unit: string): void {
    this.#figures.push({ what, value: Number(value.toPrecision(4)), unit });
  }

  /** @throws {Error} when the time is over */
  #checkTime(what = 'the end'): void {
    if (this.#time.now() - this.#begun > this.#plan.minutesMax * 60_000)
      throw new Error(`${this.#plan.minutesMax} minutes are over, and ${what} did not come.`);
  }
}
