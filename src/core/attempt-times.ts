/** How long what may last, so that the host never ends an invocation: it would move its checkpoint over the batch. */
export interface AttemptTimes {
  /** Models may take so long, and a sink that is dark is waited for. */
  readonly waitMs: number;
  /** After this time the attempt is given up, whatever it waits for: the batch comes again. */
  readonly endMs: number;
  /** After this time without a sign of life the process is ended: the batch comes again in another one. */
  readonly stallMs: number;
}

/** Enough for any outage that is worth waiting for; with six attempts and their delays it is ten minutes. */
const usual: AttemptTimes = { waitMs: 90_000, endMs: 120_000, stallMs: 240_000 };
/** What these are of the ten minutes that a function has: where it has less, they are shorter, too. */
const usualTimeoutMs = 600_000;

/** @param functionTimeout as host.json has it: `hh:mm:ss`, or -1 for no end */
export function attemptTimesOf(functionTimeout: string | undefined): AttemptTimes {
  const share = Math.min(1, (timeoutMsOf(functionTimeout) ?? usualTimeoutMs) / usualTimeoutMs);
  return { waitMs: share * usual.waitMs, endMs: share * usual.endMs, stallMs: share * usual.stallMs };
}

/** undefined where there is no end, or nobody can tell. */
function timeoutMsOf(text = ''): number | undefined {
  const [, days = 0, hours, minutes, seconds] = /^(?:(\d+)\.)?(\d{1,2}):(\d{1,2}):(\d{1,2})$/.exec(text) ?? [];
  if (hours === undefined) return undefined;
  const totalMs = 1000 * (((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds));
  return totalMs > 0 ? totalMs : undefined;
}
