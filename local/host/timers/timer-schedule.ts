import { parseTimeSpanMs } from '../settings/time-span.ts';
import { CronExpression } from './cron-expression.ts';

/** When a timer function runs. */
export interface TimerSchedule {
  /** The first time after the given one. */
  next(after: Date): Date;
  /** Whether two runs may be less than a minute apart: such a schedule is not watched over restarts. */
  readonly isFrequent: boolean;
}

const minuteMs = 60_000;
const occurrencesLookedAt = 5;

/**
 * Reads the schedule of a timer function: an NCRONTAB expression in UTC, or a TimeSpan between runs.
 * @throws {Error} that names the function when it is neither or never comes
 */
export function parseSchedule(functionName: string, text: string): TimerSchedule {
  const intervalMs = text.includes(' ') ? undefined : parseTimeSpanMs(text);
  const fault = (reason: string) =>
    new Error(`Function ${functionName}: its schedule "${text}" cannot be used: ${reason}.`);
  if (intervalMs !== undefined) {
    if (intervalMs <= 0) throw fault('the time between runs must be above nought');
    return { next: (after) => new Date(after.getTime() + intervalMs), isFrequent: intervalMs < minuteMs };
  }
  try {
    const cron = new CronExpression(text);
    const next = (after: Date) => {
      const time = cron.next(after);
      if (time === undefined) throw new Error('its time never comes');
      return time;
    };
    return { next, isFrequent: hasShortGap(next) };
  } catch (error) {
    throw fault((error as Error).message);
  }
}

function hasShortGap(next: (after: Date) => Date): boolean {
  let earlier = next(new Date());
  for (let index = 1; index < occurrencesLookedAt; index++) {
    const later = next(earlier);
    if (later.getTime() - earlier.getTime() < minuteMs) return true;
    earlier = later;
  }
  return false;
}
