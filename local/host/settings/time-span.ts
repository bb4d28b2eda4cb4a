const dayMs = 86_400_000;
const clock = /^(-)?(?:(\d{1,8})\.)?(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,7}))?)?$/;

/**
 * Reads a .NET TimeSpan as host.json and timer schedules write it: `hh:mm:ss`, `d.hh:mm:ss.fffffff`, `hh:mm` or a count of days.
 * @returns milliseconds, or undefined when the text is no TimeSpan
 */
export function parseTimeSpanMs(text: string): number | undefined {
  const trimmed = text.trim();
  if (/^-?\d{1,8}$/.test(trimmed)) return Number(trimmed) * dayMs;
  const match = clock.exec(trimmed);
  if (match === null) return undefined;
  const [, sign, days = '0', hours = '0', minutes = '0', seconds = '0', fraction = '0'] = match;
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return undefined;
  const wholeSeconds = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
  const milliseconds = Number(days) * dayMs + wholeSeconds * 1000 + Number(`0.${fraction}`) * 1000;
  return sign === undefined ? milliseconds : -milliseconds;
}

/** Writes milliseconds as `hh:mm:ss`, with days in front and a fraction behind where there are any. */
export function formatTimeSpan(milliseconds: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const seconds = Math.floor(milliseconds / 1000);
  const days = Math.floor(seconds / 86_400);
  const clockText = [Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60].map(two).join(':');
  const fraction = Math.round(milliseconds % 1000);
  return `${days > 0 ? `${days}.` : ''}${clockText}${fraction > 0 ? `.${String(fraction).padStart(3, '0')}` : ''}`;
}
