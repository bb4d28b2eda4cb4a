export type LogLevel = 'trace' | 'information' | 'warning' | 'error';

/** One line of the host, of the worker or of the app in it. */
export interface LogLine {
  readonly level: LogLevel;
  /** Who speaks, in the words of the Functions host: `Host.Startup`, `Function.<name>.User`, ... */
  readonly category: string;
  readonly message: string;
}

export type Log = (level: LogLevel, category: string, message: string) => void;

/** What an error says, for a line of a log. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
