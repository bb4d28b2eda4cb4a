import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { eventually } from './eventually.ts';
import { fixtureFolder, isAlive, newRecords, startFixture } from './fixture-host.ts';

const startHooks = (options = {}) => startFixture(fixtureFolder('hooks'), options);

test('hooks run in the order of the Functions worker, share data and may replace handler and result', async () => {
  const { url, drain, records } = await startHooks();
  expect(await (await fetch(`${url}/api/greet`)).text()).toBe('from the handler');
  expect(await (await fetch(`${url}/api/greet?swap=yes`)).text()).toBe('from the swapped handler');
  const healed = await fetch(`${url}/api/greet?fail=yes`);
  expect([healed.status, await healed.text()]).toEqual([202, 'healed']);
  await drain();
  expect(records.read()).toEqual([
    'appStart',
    'preInvocation greet',
    'postInvocation yes, error: none',
    'preInvocation greet',
    'postInvocation yes, error: none',
    'preInvocation greet',
    'postInvocation yes, error: broken',
    'appTerminate, from appStart',
  ]);
});

test('a function cannot be registered once the app has started', async () => {
  const { url } = await startHooks();
  expect(await (await fetch(`${url}/api/late`)).text()).toBe('A function can only be registered during app startup.');
});

test('what the app logs and writes to its console is in the log of the host', async () => {
  const { url, lines } = await startHooks();
  await fetch(`${url}/api/greet`);
  await eventually(() => lines).toEqual(
    expect.arrayContaining([
      'information Host.Function.Console: a line on stdout',
      'error Host.Function.Console: a line on stderr',
      'warning Function.greet.User: [hooked] from the handler',
    ]),
  );
});

test('the worker runs in the folder of the app with its settings and with arguments for its node', async () => {
  const { url } = await startHooks({
    settings: { MY_SETTING: 'x', languageWorkers__node__arguments: '--max-old-space-size=200' },
    execArgv: ['--no-deprecation'],
  });
  const worker = (await (await fetch(`${url}/api/process`)).json()) as Record<string, unknown>;
  expect(worker).toMatchObject({
    cwd: fixtureFolder('hooks'),
    execArgv: expect.arrayContaining(['--no-deprecation', '--max-old-space-size=200']),
    env: { MY_SETTING: 'x', AZURE_FUNCTIONS_ENVIRONMENT: 'Development', FUNCTIONS_WORKER_RUNTIME: 'node' },
  });
});

test('a killed worker is replaced by a new one', async () => {
  const { url, workerPid } = await startHooks();
  const first = await workerPid();
  process.kill(first, 'SIGKILL');
  await eventually(workerPid).not.toBe(first);
  expect((await fetch(`${url}/api/greet`)).status).toBe(200);
});

test('Ctrl-C, which reaches all processes of a terminal, leaves the end of the worker to its host', async () => {
  const { url, pid, workerPid, ended, records } = await startHooks();
  const worker = await workerPid();
  process.kill(worker, 'SIGINT');
  expect((await fetch(`${url}/api/greet`)).status).toBe(200);
  expect(await workerPid()).toBe(worker);
  process.kill(pid, 'SIGINT');
  expect(await ended).toEqual({ code: 0, signal: null });
  expect(records.read()).toContain('appTerminate, from appStart');
});

test('an error that nobody caught ends the worker, and the next call has a new one', async () => {
  const { url, workerPid, lines } = await startHooks();
  const first = await workerPid();
  expect((await fetch(`${url}/api/rejects`)).status).toBe(500);
  expect((await fetch(`${url}/api/greet`)).status).toBe(200);
  expect(await workerPid()).not.toBe(first);
  expect(lines.join('\n')).toMatch(/Worker uncaught exception: Error: nobody caught this/);
});

test('the third death within 30 minutes stops the host with a message and exit code 1', async () => {
  const { workerPid, ended, lines } = await startHooks();
  let pid = 0;
  for (let death = 1; death <= 3; death++) {
    await eventually(async () => (await workerPid()) !== pid).toBe(true);
    pid = await workerPid();
    process.kill(pid, 'SIGKILL');
  }
  expect(await ended).toEqual({ code: 1, signal: null });
  expect(lines.join('\n')).toMatch(
    /The worker process died 3 times within 30 minutes \(the last time: signal SIGKILL\)/,
  );
});

test('a handler over the function timeout fails, the worker is replaced, and that costs no death', async () => {
  const { url, workerPid, lines } = await startHooks({ hostOverrides: { functionTimeout: '00:00:01' } });
  for (let time = 1; time <= 3; time++) {
    const before = await workerPid();
    expect((await fetch(`${url}/api/spin`)).status).toBe(500);
    expect(await workerPid()).not.toBe(before);
  }
  expect((await fetch(`${url}/api/greet`)).status).toBe(200);
  expect(lines.join('\n')).toMatch(/Timeout value of 00:00:01 exceeded by function 'spin'/);
});

test('a killed host takes its worker along, even one that never returns to its event loop', async () => {
  const { url, workerPid, kill, records } = await startHooks();
  const pid = await workerPid();
  fetch(`${url}/api/spin`).catch(() => {});
  await eventually(() => records.read()).toContain('spinning');
  await kill();
  await eventually(() => isAlive(pid)).toBe(false);
});

test('SIGTERM drains as the message does', async () => {
  const { pid, ended, records } = await startHooks();
  process.kill(pid, 'SIGTERM');
  expect(await ended).toEqual({ code: 0, signal: null });
  expect(records.read()).toContain('appTerminate, from appStart');
});

test('a drain waits ten seconds and no longer', { timeout: 30_000 }, async () => {
  const { url, drain, ended, records } = await startHooks();
  fetch(`${url}/api/hangs`).catch(() => {});
  await eventually(() => records.read()).toContain('hanging');
  const startedAt = performance.now();
  await drain();
  const tookMs = performance.now() - startedAt;
  expect(tookMs).toBeGreaterThan(9900);
  expect(tookMs).toBeLessThan(14_000);
  expect((await ended).code).toBe(0);
  expect(records.read()).toContain('appTerminate, from appStart');
});

test('a host whose parent dies ends, and its worker with it', async () => {
  const starter = `
    import { startHost } from ${JSON.stringify(fileURLToPath(new URL('../../../local/host/start-host.ts', import.meta.url)))};
    const host = await startHost({ appFolder: ${JSON.stringify(fixtureFolder('hooks'))}, settings: {} });
    process.stdout.write(JSON.stringify([host.pid, await host.workerPid()]) + '\\n');
    setInterval(() => {}, 1000);`;
  const parent = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', starter],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, RECORD_FILE: newRecords().file },
    },
  );
  onTestFinished(() => void parent.kill('SIGKILL'));
  const line = await new Promise<string>((resolve) => parent.stdout.once('data', (chunk) => resolve(String(chunk))));
  const pids = JSON.parse(line) as number[];
  expect(pids.map(isAlive)).toEqual([true, true]);
  parent.kill('SIGKILL');
  await eventually(() => pids.some(isAlive)).toBe(false);
});
