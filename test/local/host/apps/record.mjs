import { appendFileSync } from 'node:fs';

/** Writes one line that a test can read, even when this process is killed the next moment. */
export function record(value) {
  appendFileSync(process.env.RECORD_FILE, `${JSON.stringify(value)}\n`);
}
