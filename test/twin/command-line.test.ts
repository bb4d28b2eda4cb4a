import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../../local/demo/demo-events.ts';
import { readingsCsv } from '../../local/devices/readings-csv.ts';
import { startTwin, type Twin } from '../../local/twin.ts';
import { project, snippetsOf } from '../docs/markdown.ts';

let twin: Twin;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-cli-'));
  await mkdir(join(folder, '.sluice', 'demo'), { recursive: true });
  const chunks: Buffer[] = [];
  for await (const chunk of readingsCsv({ machines: 20, seed: 3, rows: 400 })) chunks.push(chunk);
  await writeFile(join(folder, '.sluice', 'demo', 'shift.csv'), Buffer.concat(chunks));
  twin = await startTwin({ folder: join(folder, '.sluice') });
});
afterAll(async () => {
  await twin?.close();
  await rm(folder, { recursive: true, force: true });
});

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs a line in a shell as a user would, in a folder where the twin is. */
function shell(line: string, settings: Record<string, string> = {}): Promise<Ended> {
  const command = line.replaceAll('npx sluice', `"${process.execPath}" "${join(project, 'bin', 'sluice.mjs')}"`);
  const env = { ...process.env, SLUICE_TWIN_FOLDER: join(folder, '.sluice'), ...settings };
  const child = spawn(command, { shell: true, cwd: folder, env });
  let [out, err] = ['', ''];
  child.stdout.on('data', (data) => {
    out += data;
  });
  child.stderr.on('data', (data) => {
    err += data;
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })));
}

const sluice = (args: string, settings?: Record<string, string>) => shell(`npx sluice ${args}`, settings);

describe('the commands of the README', () => {
  const lines = snippetsOf('README.md')
    .filter(({ language }) => language === 'sh')
    .flatMap(({ text }) => text.trimEnd().split('\n'));
  const own = lines.filter((line) => line.startsWith('npx sluice'));

  test('are those that are run here or by .ci/run', async () => {
    const others = lines.filter((line) => !own.includes(line));
    expect(others).toEqual(['npm start', 'curl http://127.0.0.1:7071/status', 'npm test']);
    const ci = await readFile(join(project, '.ci', 'run'), 'utf8');
    expect(ci).toContain('npm test');
    expect(ci).toContain('npm start -- --once');
    expect((await fetch(`${twin.url}/status`)).status).toBe(200);
  });

  test.each(own)('%s', async (line) => {
    const { code, out, err } = await shell(line);
    const cut = /^There are more: .*\n$/;
    expect({ code, err: err.replace(cut, '') }).toEqual({ code: 0, err: '' });
    expect(out.length).toBeGreaterThan(0);
  });

  test('did what they say', async () => {
    const all = await until(
      'the readings as documents',
      async () =>
        Number((await sluice('results -q "SELECT VALUE COUNT(1) FROM c" --json')).out.match(/\d+/)?.[0]) >= 400,
      30_000,
      500,
    );
    expect(all).toBeUndefined();
    expect(existsSync(join(folder, '.sluice', 'demo', 'shift.scores.csv'))).toBe(true);
  });
});

describe.concurrent('sluice helps whoever types something wrong', () => {
  test.each([
    ['', 2, /sluice <command>/],
    ['sned x', 2, /no command "sned"\. Is "send" meant\?/],
    ['send', 2, /Say one FILE/],
    ['send a b', 2, /Say one FILE/],
    ['send missing.ndjson', 2, /missing\.ndjson cannot be read/],
    ['send x.csv --raet 5', 2, /Is --rate meant\?/],
    ['send x.csv --rate often', 2, /--rate is a number/],
    ['upload', 2, /at least one FILE/],
    ['upload x.csv', 2, /--to/],
    ['upload nowhere.csv --to machine-failure', 2, /no file nowhere\.csv/],
    ['call', 2, /which MODEL/],
    ['call machine-failure', 2, /Give rows as JSON/],
    ["call machine-failure '{'", 2, /This row is not JSON/],
    ['results more', 2, /one word too many/],
    ['results --limit many', 2, /--limit is a whole number/],
    ['results --since yesterday', 2, /--since is a time/],
    ['results --query "SELEC 1"', 2, /refuses the query/],
    ['dead-letters shwo', 2, /"show ID"/],
    ['dead-letters show nothing', 1, /There is no dead letter nothing/],
  ])('%s', async (args, code, message) => {
    const ended = await sluice(args);
    expect(ended.code).toBe(code);
    expect(`${ended.out}${ended.err}`).toMatch(message);
    expect(ended.err).not.toMatch(/^\s+at /m);
  });

  test.each(['send', 'upload', 'call', 'results', 'dead-letters'])('%s --help', async (command) => {
    const { code, out } = await sluice(`${command} --help`);
    expect(code).toBe(0);
    expect(out).toContain(`sluice ${command}`);
    expect(out).toContain('Examples:');
  });
});

describe.concurrent('a service that is out of reach is one line that says which, where and what to do (exit 3)', () => {
  const nobody = '127.0.0.1:9';
  test.each([
    ['the twin', 'results', { SLUICE_TWIN_FOLDER: '/nowhere' }, /local twin does not run.*npm start/s],
    ['HTTP', `call machine-failure '{}' --url http://${nobody}`, {}, /http:\/\/127\.0\.0\.1:9\/models.*out of reach/],
    [
      'Cosmos DB',
      `results --connection "AccountEndpoint=http://${nobody}/;AccountKey=eA==;"`,
      {},
      /Cosmos DB is out of reach/,
    ],
    [
      'Blob storage',
      `dead-letters --connection "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=eA==;BlobEndpoint=http://${nobody}/a;"`,
      {},
      /Blob storage is out of reach/,
    ],
    [
      'Event Hubs',
      `send .sluice/demo/shift.csv --connection "Endpoint=sb://${nobody};SharedAccessKeyName=x;SharedAccessKey=eA==;UseDevelopmentEmulator=true;"`,
      {},
      /Event hub telemetry is out of reach/,
    ],
  ])('%s', async (_, args, settings, message) => {
    const { code, out, err } = await sluice(args, settings as Record<string, string>);
    expect(`${out}${err}`).toMatch(message);
    expect(code).toBe(3);
  });
});

describe.concurrent('--json is for machines', () => {
  test('results', async () => {
    const { out } = await sluice('results --limit 2 --json');
    expect(JSON.parse(out)).toHaveLength(2);
  });
  test('results, one a line', async () => {
    const { out, err } = await sluice('results --limit 2 --format ndjson');
    const [first, second, ...more] = out.trimEnd().split('\n');
    expect(more).toEqual([]);
    for (const line of [first, second]) expect(JSON.parse(line as string)).toHaveProperty('outputs');
    expect(err).toBe('There are more: these are the 2 newest (--limit).\n');
  });
  test('results as CSV', async () => {
    const { out } = await sluice('results --limit 2 --format csv');
    expect(out.trimEnd().split('\n')[0]).toBe('when,key,model,version,label,probability');
  });
  test('call', async () => {
    const { code, out } = await sluice(`call machine-failure '{}' --json`);
    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject({ error: { code: 'feature.missing' } });
  });
  test('upload of a file that no model takes: a report that says so', async () => {
    const { code, out } = await sluice('upload .sluice/demo/shift.csv --to pump --json');
    expect(code).toBe(1);
    expect(JSON.parse(out).report).toMatchObject({ state: 'failed', error: { code: 'model.unknown' } });
  });
});
