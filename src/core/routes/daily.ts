const dayMs = 86_400_000;

/**
 * Whether a file that came at a time is to be scored by now, where the route says at which time of the day.
 * @param dailyAt `HH:MM`, UTC; undefined: at once
 * @param cameMs when it came, in milliseconds since 1970; @param nowMs the same of now
 */
export function isDue(dailyAt: string | undefined, cameMs: number, nowMs: number): boolean {
  if (dailyAt === undefined) return true;
  const [hours = 0, minutes = 0] = dailyAt.split(':').map(Number);
  const atMs = (60 * hours + minutes) * 60_000;
  const lastMs = Math.floor((nowMs - atMs) / dayMs) * dayMs + atMs;
  return lastMs >= cameMs;
}
