/** How long a thread may show no sign of life. */
export interface SilenceLimits {
  /**
   * While this process has so much of a processor: such a thread hangs. Time by the clock would blame its file for a
   * machine that is busy with others.
   */
  readonly processorMsMax: number;
  /**
   * While this process is idle, too: such a thread will never answer. Counted in looks at it, of which there are none
   * while the whole process stands still.
   */
  readonly looksMax: number;
}

/** How often a thread is looked at. */
export const lookEveryMs = 250;

export const usualSilence: SilenceLimits = { processorMsMax: 4_000, looksMax: 20_000 / lookEveryMs };

/**
 * Looks at a thread until something comes of it.
 * @param signOfLife a number that is another one at each sign of life
 * @param giveUp called when the silence has lasted too long, with what was seen
 * @returns ends the watch
 */
export function watchSilence(
  { processorMsMax, looksMax }: SilenceLimits,
  signOfLife: () => number,
  giveUp: (seen: string) => void,
): () => void {
  let last = signOfLife();
  let begun = process.cpuUsage();
  let looks = 0;
  const timer = setInterval(() => {
    const sign = signOfLife();
    if (sign !== last) {
      last = sign;
      begun = process.cpuUsage();
      looks = 0;
      return;
    }
    const { user, system } = process.cpuUsage(begun);
    if (user + system > 1_000 * processorMsMax) giveUp(`did nothing in ${processorMsMax} ms of processor time`);
    else if (++looks >= looksMax) giveUp(`did nothing in ${looksMax * lookEveryMs} ms`);
  }, lookEveryMs);
  return () => clearInterval(timer);
}
