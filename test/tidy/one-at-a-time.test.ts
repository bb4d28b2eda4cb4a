import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { project } from '../docs/markdown.ts';

const run = promisify(execFile);
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A process that notes when it works. */
function worker(name: string) {
  const script = `
    import { appendFileSync } from 'node:fs';
    import { oneAtATime } from ${JSON.stringify(join(project, 'scripts/one-at-a-time.mjs'))};
    oneAtATime(${JSON.stringify(join(folder, 'lock'))}, () => {
      appendFileSync(${JSON.stringify(join(folder, 'log'))}, '+${name}');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
      appendFileSync(${JSON.stringify(join(folder, 'log'))}, '-${name}');
    });`;
  return run(process.execPath, ['--input-type=module', '--eval', script]);
}

test('commands that are started at once prepare one after the other', async () => {
  await Promise.all([worker('a'), worker('b'), worker('c')]);
  const log = readFileSync(join(folder, 'log'), 'utf8');
  expect(log).toMatch(/^(\+(\w)-\2){3}$/);
});

test('what a killed command left locked is no obstacle', async () => {
  const gone = execFile(process.execPath, ['--version']);
  await new Promise((resolve) => gone.once('exit', resolve));
  mkdirSync(join(folder, 'lock'));
  writeFileSync(join(folder, 'lock', 'pid'), String(gone.pid));
  await worker('a');
  expect(readFileSync(join(folder, 'log'), 'utf8')).toBe('+a-a');
});
