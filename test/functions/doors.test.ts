import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { compose } from '../../src/compose.ts';
import { containers } from '../../src/core/resources.ts';
import { project } from '../docs/markdown.ts';
import { bundledModels } from '../scoring/bundled-model.ts';

const doors = globSync('dist/functions/*.js', { cwd: project }).map((file) => join(project, file));

/** Imports the built doors in a process without any setting and reports what that did. */
async function importDoors(): Promise<{ libraries: string[]; milliseconds: number }> {
  const script = `
    const started = performance.now();
    for (const door of ${JSON.stringify(doors)}) await import(door);
    const milliseconds = performance.now() - started;
    const libraries = process.report.getReport().sharedObjects;
    console.log(JSON.stringify({ libraries, milliseconds }));`;
  const args = ['--input-type=module', '--eval', script];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: {}, cwd: project });
  return JSON.parse(stdout);
}

test('one door a trigger is built', () => {
  expect(doors.map((door) => door.split('/').at(-1)).toSorted()).toEqual([
    'drain-parked.js',
    'reconcile.js',
    'score-events.js',
    'score-files.js',
    'score-http.js',
    'score-parts.js',
  ]);
});

test('importing the doors needs no setting, and loads neither model nor native library: a broken one must not empty the app', async () => {
  const { libraries, milliseconds } = await importDoors();
  expect(libraries.filter((library) => /onnxruntime/i.test(library))).toEqual([]);
  expect(milliseconds).toBeLessThan(2_000);
});

test('without settings the app says of each service what is missing, and scores calls all the same', async () => {
  const { status, registry } = compose({ SLUICE_MODELS_FOLDER: bundledModels });
  const { ready, problems, models } = await status();
  expect(ready).toBe(false);
  expect(problems).toEqual([
    expect.stringMatching(/SLUICE_EVENTS is missing.*SLUICE_EVENTS__fullyQualifiedNamespace/),
    expect.stringMatching(/SLUICE_STORAGE is missing.*SLUICE_STORAGE__blobServiceUri/),
    expect.stringMatching(/SLUICE_COSMOS is missing.*SLUICE_COSMOS__accountEndpoint/),
  ]);
  expect(models).toMatchObject([{ name: 'machine-failure', version: 1, digest: expect.stringMatching(/^sha256:/) }]);
  await registry.release();
});

test('settings with the addresses of services, for use with an identity, do as well', async () => {
  const { status, registry } = compose({
    SLUICE_MODELS_FOLDER: bundledModels,
    SLUICE_EVENTS__fullyQualifiedNamespace: 'x.servicebus.windows.net',
    SLUICE_STORAGE__blobServiceUri: 'https://x.blob.core.windows.net',
    SLUICE_COSMOS__accountEndpoint: 'https://x.documents.azure.com',
  });
  // No setting is missing; only the services are not there.
  const { problems } = await status();
  expect(problems).toEqual([expect.stringMatching(/models cannot be listed.*blob storage does not answer/)]);
  await registry.release();
});

test('a setting that cannot be is told, and what holds without it holds', async () => {
  const { status, registry, limits } = compose({
    SLUICE_MODELS_FOLDER: bundledModels,
    SLUICE_MODEL_MEMORY_MB: 'plenty',
    SLUICE_MODEL_REFRESH_SECONDS: '-1',
    SLUICE_MODEL_CACHE_MB: '100',
    SLUICE_CALL_ROWS: 'all',
    SLUICE_CALL_SECONDS: '5',
  });
  const { problems, models } = await status();
  expect(problems.filter((problem) => !problem.includes('is missing'))).toEqual([
    'The app setting SLUICE_MODEL_MEMORY_MB is "plenty": expected a number above 0.',
    'The app setting SLUICE_MODEL_REFRESH_SECONDS is "-1": expected a number above 0.',
    'The app setting SLUICE_CALL_ROWS is "all": expected a number above 0.',
  ]);
  expect(limits).toMatchObject({ rowsMax: 50_000, callMs: 5_000 });
  expect(models).toMatchObject([{ name: 'machine-failure', version: 1 }]);
  await registry.release();
});

test('the budget for models in memory holds', async () => {
  const { status, registry } = compose({ SLUICE_MODELS_FOLDER: bundledModels, SLUICE_MODEL_MEMORY_MB: '1' });
  expect((await status()).problems.at(-1)).toMatch(/needs about \d+ MB of memory, and SLUICE_MODEL_MEMORY_MB is 1/);
  await registry.release();
});

test('a missing setting is a fault that may heal of the first thing that needs it', async () => {
  const { source, results } = compose({});
  await expect(source.open(containers.incoming, 'x')).rejects.toMatchObject({
    code: 'settings.missing',
    retryable: true,
  });
  await expect(results.exists('x')).rejects.toMatchObject({ code: 'settings.missing' });
});
