import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { type ModelProto, TensorProto_DataType } from 'onnx-buf';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { modelProbe } from '../../src/adapters/model-probe.ts';
import { node, valueInfo } from '../../src/core/graph/nodes.ts';
import { writeOnnx } from '../../src/core/graph/onnx-file.ts';
import type { Feeds } from '../../src/core/tensor.ts';
import type { ProbeReport } from '../../src/scoring/import/import-ports.ts';
import {
  billionWide,
  doubling,
  endlessLoop,
  fourTerabytes,
  modelOf,
  twentyGigabytes,
  unknownOperator,
} from '../hostile/hostile-models.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));
const child = pathToFileURL(join(project, 'src', 'adapters', 'model-probe-child.ts'));
const limits = { timeoutMs: 20_000, memoryBytesMax: 1 << 29 };
const rows = (count: number): Feeds => ({
  x: { type: 'float32', dims: [count, 4], data: Float32Array.from({ length: count * 4 }, (_, i) => i) },
});

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-probe-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function fileOf(model: ModelProto): Promise<string> {
  const path = join(folder, `${Math.random().toString(36).slice(2)}.onnx`);
  await writeFile(path, writeOnnx(model));
  return path;
}

const probe = modelProbe(child);

describe('a model that does no harm', () => {
  test('is reported as it is: what it takes and gives, how long it took, what each run gave', async () => {
    const report = (await probe(await fileOf(doubling()), [rows(1), rows(3)], limits)) as ProbeReport;
    expect(report.inputs).toEqual([{ name: 'x', type: 'float32', shape: ['N', 4] }]);
    expect(report.outputs).toEqual([{ name: 'y', type: 'float32', shape: ['N', 4] }]);
    expect(report.runs).toMatchObject([
      { outputs: { y: { type: 'float32', dims: [1, 4], data: Float32Array.of(0, 2, 4, 6) } } },
      { outputs: { y: { dims: [3, 4] } } },
    ]);
    expect(report.loadMs).toBeGreaterThan(0);
    expect(report.memoryBytes).toBeGreaterThan(20 << 20);
    expect(report.memoryBytes).toBeLessThan(500 << 20);
  });

  test('gets and gives texts, integers and truths whole', async () => {
    const types = { text: 'STRING', count: 'INT64', truth: 'BOOL' } as const;
    const infos = (prefix: string) =>
      Object.entries(types).map(([name, type]) => valueInfo(`${prefix}${name}`, TensorProto_DataType[type], ['N']));
    const nodes = Object.keys(types).map((name) => node('Identity', [name], [`same-${name}`]));
    const feeds: Feeds = {
      text: { type: 'string', dims: [2], data: ['grün', ''] },
      count: { type: 'int64', dims: [2], data: BigInt64Array.of(2n ** 62n, -1n) },
      truth: { type: 'bool', dims: [2], data: Uint8Array.of(1, 0) },
    };
    const path = await fileOf(modelOf({ nodes, inputs: infos(''), outputs: infos('same-') }));
    const report = (await probe(path, [feeds], limits)) as ProbeReport;
    const { outputs } = report.runs[0] as { outputs: Feeds };
    expect(outputs).toEqual(Object.fromEntries(Object.entries(feeds).map(([name, each]) => [`same-${name}`, each])));
  });

  test('a run that it refuses is a fault of that run', async () => {
    const wrong: Feeds = { x: { type: 'float32', dims: [1, 3], data: new Float32Array(3) } };
    const report = (await probe(await fileOf(doubling()), [wrong, rows(1)], limits)) as ProbeReport;
    expect(report.runs).toMatchObject([{ code: 'model.unsupported', expected: 'a model that runs' }, { outputs: {} }]);
  });

  test('is tried by a bundled child as well', async () => {
    const outfile = join(folder, 'child.mjs');
    await build({
      absWorkingDir: project,
      entryPoints: ['src/adapters/model-probe-child.ts'],
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'node',
      external: ['onnxruntime-node'],
    });
    await symlink(join(project, 'node_modules'), join(folder, 'node_modules'), 'junction');
    const report = await modelProbe(pathToFileURL(outfile))(await fileOf(doubling()), [rows(1)], limits);
    expect(report).toMatchObject({ runs: [{ outputs: {} }] });
  });
});

describe('a model that does harm, or is none', () => {
  test('an endless loop is killed at its time, while this process goes on', async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 10);
    const started = performance.now();
    const fault = await probe(await fileOf(endlessLoop()), [rows(1)], { ...limits, timeoutMs: 3_000 });
    clearInterval(timer);
    expect(fault).toMatchObject({
      code: 'model.unsupported',
      expected: 'a model that answers within 3 s',
      got: 'more, at run 1 of 1',
    });
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(turns).toBeGreaterThan(50);
  });

  test.each([
    ['a tensor of 20 GB', twentyGigabytes],
    ['a vector of a billion columns', billionWide],
  ])('%s is killed before it has grown', async (_, model) => {
    const fault = await probe(await fileOf(model()), [rows(1)], limits);
    expect(fault).toMatchObject({
      code: 'model.unsupported',
      expected: 'a model that is content with 512 MB of memory',
    });
  });

  test('what ONNX Runtime itself refuses is told in its words, without places in its source', async () => {
    const report = (await probe(await fileOf(fourTerabytes()), [rows(1)], limits)) as ProbeReport;
    const words = JSON.stringify(report.runs);
    expect(words).toContain('Failed to allocate memory');
    expect(words).not.toContain('onnxruntime_src');
  });

  test('an unknown operator, a file that is none and a file that is not there cannot be loaded', async () => {
    const expected = 'a model that ONNX Runtime can load';
    const broken = join(folder, 'broken.onnx');
    await writeFile(broken, 'not a model');
    const paths = [await fileOf(unknownOperator()), broken, join(folder, 'absent.onnx')];
    for (const path of paths) {
      expect(await probe(path, [], limits)).toMatchObject({ code: 'model.unsupported', expected });
    }
  });

  test('a process that dies is told, with its end', async () => {
    const dying = join(folder, 'dying.mjs');
    await writeFile(dying, "process.once('message', () => process.abort());");
    const fault = await modelProbe(pathToFileURL(dying))(await fileOf(doubling()), [], limits);
    expect(fault).toMatchObject({ code: 'model.unsupported', expected: 'a model that leaves its process alive' });
    expect(JSON.stringify(fault)).toMatch(/SIGABRT|exit code/);
  });
});

test('a child whose parent was killed ends itself, in the middle of an endless loop too', async () => {
  const pidFile = join(folder, 'pid');
  const telling = join(folder, 'telling.mjs');
  await writeFile(
    telling,
    `import { writeFileSync } from 'node:fs';
     writeFileSync(${JSON.stringify(pidFile)}, String(process.pid));
     await import(${JSON.stringify(child.href)});`,
  );
  const script = join(folder, 'parent.mjs');
  await writeFile(
    script,
    `import { modelProbe } from ${JSON.stringify(pathToFileURL(join(project, 'src', 'adapters', 'model-probe.ts')).href)};
     const feeds = [{ x: { type: 'float32', dims: [1, 4], data: new Float32Array(4) } }];
     const limits = { timeoutMs: 2000, memoryBytesMax: 2 ** 30 };
     modelProbe(new URL(${JSON.stringify(pathToFileURL(telling).href)}))(${JSON.stringify(await fileOf(endlessLoop()))}, feeds, limits);`,
  );
  const parent = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script]);
  const pid = () => readFile(pidFile, 'utf8').then(Number, () => 0);
  await expect.poll(pid, { timeout: 10_000, interval: 20 }).toBeGreaterThan(0);
  const orphan = await pid();
  parent.kill('SIGKILL');
  await once(parent, 'close');
  expect(isAlive(orphan)).toBe(true);
  await expect.poll(() => isAlive(orphan), { timeout: 10_000, interval: 50 }).toBe(false);
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
