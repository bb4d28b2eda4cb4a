import { execFile } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const module = new URL('../../src/adapters/stall-watch.ts', import.meta.url).href;

/** Runs code in a process of its own, watched with a patience of half a second. */
const run = (code: string) =>
  promisify(execFile)(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      '--input-type=module',
      '--eval',
      `import { watchForStalls } from '${module}'; watchForStalls(500); ${code}`,
    ],
    { timeout: 20_000 },
  );

test('a process whose thread never comes back ends itself', async () => {
  await expect(run('setTimeout(() => { while (true); }, 50);')).rejects.toMatchObject({
    signal: 'SIGKILL',
    killed: false,
  });
});

test('one that waits or works in turns is left alone, and ends when it has nothing to do', async () => {
  const work = `
    const until = performance.now() + 1_200;
    const turn = () => {
      const end = performance.now() + 50;
      while (performance.now() < end);
      if (performance.now() < until) setImmediate(turn);
      else console.log('done');
    };
    turn();`;
  expect((await run(work)).stdout).toBe('done\n');
  expect((await run("setTimeout(() => console.log('waited'), 1_200);")).stdout).toBe('waited\n');
});

test('nor is one ended that was frozen as a whole, once it goes on', async () => {
  const running = run("setTimeout(() => console.log('waited'), 300);");
  await delay(200);
  running.child.kill('SIGSTOP');
  await delay(1_500);
  running.child.kill('SIGCONT');
  expect((await running).stdout).toBe('waited\n');
});
