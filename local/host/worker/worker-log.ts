import type { LogLevel } from '../log.ts';
import type { CoreLogLine } from './hooks.ts';
import { sendToHost } from './to-host.ts';

const levels: Readonly<Record<string, LogLevel>> = {
  trace: 'trace',
  debug: 'trace',
  information: 'information',
  warning: 'warning',
  error: 'error',
  critical: 'error',
};

/** Sends one line to the host; the level `none` is said and not heard. */
export function logFromCore(line: CoreLogLine, category: string): void {
  if (line.level === 'none') return;
  const suffix = line.category === 'user' ? '.User' : '';
  sendToHost({
    kind: 'log',
    level: levels[line.level] ?? 'information',
    category: `${category}${suffix}`,
    message: line.message,
  });
}
