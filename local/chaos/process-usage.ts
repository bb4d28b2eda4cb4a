import { readdirSync, readFileSync } from 'node:fs';

/** What a process of this machine uses. */
export interface ProcessUsage {
  readonly residentBytes: number;
  readonly openFiles: number;
  /** Processor time since its start. */
  readonly processorMs: number;
}

const pageBytes = 4_096;
/** Linux counts processor time in hundredths of a second, whatever its kernel's own clock. */
const tickMs = 10;

/** What a process uses now; undefined where the system has no /proc, or when it is gone. */
export function usageOf(pid: number): ProcessUsage | undefined {
  try {
    const folder = `/proc/${pid}`;
    const [, residentPages = 0] = readFileSync(`${folder}/statm`, 'utf8').split(' ').map(Number);
    const stat = readFileSync(`${folder}/stat`, 'utf8');
    // The name stands in brackets and may hold spaces; user and system time are the 12th and 13th field behind it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return {
      residentBytes: residentPages * pageBytes,
      openFiles: readdirSync(`${folder}/fd`).length,
      processorMs: (Number(fields[11]) + Number(fields[12])) * tickMs,
    };
  } catch {
    return undefined;
  }
}
