import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BlobServiceClient } from '@azure/storage-blob';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../../local/demo/demo-events.ts';
import { startTwin, type Twin } from '../../local/twin.ts';
import { containers } from '../../src/core/resources.ts';
import { runInProcess } from '../cli/run-in-process.ts';
import { readings } from '../scoring/bundled-model.ts';
import { addSealedVersion, withClassNames } from '../scoring/sealed-models.ts';

const name = 'machine-failure';

let twin: Twin;
let folder: string;
let models: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-model-commands-'));
  models = join(folder, 'models');
  const bundled = join(folder, 'bundled');
  await addSealedVersion(bundled, 1, withClassNames('-1'));
  for (const version of [2, 3]) await addSealedVersion(models, version, withClassNames(`-${version}`));
  // One that nobody has sealed yet.
  await rm(join(await addSealedVersion(join(folder, 'open'), 1), 'digests.json'));
  const settings = { SLUICE_MODELS_FOLDER: bundled, SLUICE_MODEL_CACHE_FOLDER: join(folder, 'cache') };
  twin = await startTwin({ folder: join(folder, '.sluice'), settings });
});
afterAll(async () => {
  await twin?.close();
  await rm(folder, { recursive: true, force: true });
});

const sluice = (...args: string[]) => runInProcess(args, { cwd: folder, twinFolder: join(folder, '.sluice') });

/** What the app answers now: the version, and a label that tells it by its name. */
async function answered(): Promise<{ version: number; label: string }> {
  const body = JSON.stringify(readings(1)[0]);
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${twin.url}/models/${name}/score`, { method: 'POST', headers, body });
  const { version, scores } = (await response.json()) as { version: number; scores: { label: string }[] };
  return { version, label: scores[0]!.label.replace(/^ok|^failure/, '') };
}

/** With the settings that hold when nobody sets any. */
const followed = (version: number) =>
  until(`version ${version}`, async () => (await answered()).version === version, 10_000, 100);

const status = async () => {
  const response = await fetch(`${twin.url}/status`);
  return { code: response.status, body: (await response.json()) as { problems: string[]; models: object[] } };
};

test('a model is published, promoted, rolled back and listed; the running app follows within 10 seconds', async () => {
  expect(await answered()).toEqual({ version: 1, label: '-1' });
  const published = await sluice('publish', name, '2', '--models', models);
  expect(published).toMatchObject({ code: 0, out: expect.stringMatching(/machine-failure 2 is published: sha256:/) });
  expect((await sluice('publish', name, '2', '--models', models)).out).toMatch(
    /published already, with the same bytes/,
  );

  expect(await sluice('promote', name, '2', '--why', 'fewer alarms', '--by', 'ada')).toMatchObject({
    code: 0,
    out: 'live of machine-failure: version 2\n',
  });
  await followed(2);
  expect(await answered()).toEqual({ version: 2, label: '-2' });

  const json = await sluice('publish', name, '3', '--models', models, '--json');
  expect(JSON.parse(json.out)).toMatchObject({ name, version: 3, state: 'published', files: expect.any(Number) });
  await sluice('promote', name, '3', '--by', 'grace');
  await followed(3);

  const back = await sluice('rollback', name, '--why', 'alarms at every tool change', '--json');
  expect(JSON.parse(back.out)).toMatchObject({ model: name, alias: 'live', from: 3, to: 2 });
  await followed(2);

  const listed = JSON.parse((await sluice('models', '--json')).out);
  expect(listed).toMatchObject([{ name, versions: [{ version: 2 }, { version: 3 }], aliases: { live: 2 } }]);
  expect(listed[0].history.map(({ by, kind, to }: Record<string, unknown>) => [by, kind, to])).toEqual([
    [expect.stringContaining('@'), 'rollback', 2],
    ['grace', 'promote', 3],
    ['ada', 'promote', 2],
  ]);
  expect((await sluice('models', name)).out).toMatch(/live .*alarms at every tool change/);
});

test('a version whose blobs were altered never serves: the last good one goes on, and the status says which and why', async () => {
  await addSealedVersion(models, 4, withClassNames('-4'));
  await sluice('publish', name, '4', '--models', models);
  const blobs = BlobServiceClient.fromConnectionString(twin.connections.storage).getContainerClient(containers.models);
  await blobs.getBlockBlobClient(`${name}/4/scoring.onnx`).upload('x', 1);
  await sluice('promote', name, '4');
  await until('the status to say so', async () => (await status()).code === 503, 10_000, 100);
  expect((await status()).body).toMatchObject({
    models: [{ name, version: 2, wanted: 4 }],
    problems: [
      expect.stringMatching(/Model machine-failure 4: .*4\/scoring\.onnx is not the file.*version 2 goes on serving/),
    ],
  });
  expect(await answered()).toEqual({ version: 2, label: '-2' });
  await sluice('rollback', name);
  await until('all to be well', async () => (await status()).code === 200, 10_000, 100);
});

describe('sluice helps whoever types something wrong', () => {
  test.each<[string[], number, RegExp]>([
    [['publish'], 2, /NAME of a model and its VERSION/],
    [['publish', name, 'two'], 2, /a whole number from 1 on, not two/],
    [['publish', 'machine-failur', '2', '--models', 'models'], 2, /Is "machine-failure" meant\?/],
    [['publish', name, '9', '--models', 'models'], 2, /no version 9 .*\(versions: /],
    [['publish', name, '2', '--models', 'bundled'], 2, /no version 2/],
    [['publish', name, '1', '--models', 'open'], 2, /not sealed\. First: sluice build machine-failure/],
    [['publish', name, '2', '--models', 'models', '--to', 'x', '--connection', 'y'], 2, /not both/],
    [['promote', name, '9'], 2, /Version 9 .* is not published \(.*First: sluice publish machine-failure 9/],
    [['promote', 'machine-failur', '2'], 2, /Is "machine-failure" meant\?/],
    [['promote', name, '2', '--alias', '2'], 2, /--alias is lower-case letters/],
    [['rollback', 'pump', '3'], 2, /NAME of one model/],
    [['rollback', name, '--alias', 'canary'], 2, /no version before is known/],
    [['models', 'pump'], 1, /No model "pump" is published/],
    [['models', 'a', 'b'], 2, /one word too many/],
    [['publish', '--help'], 0, /Examples:/],
    [['promote', '--help'], 0, /Examples:/],
    [['rollback', '--help'], 0, /Examples:/],
    [['models', '--help'], 0, /Examples:/],
  ])('%j', async (args, code, message) => {
    const ended = await sluice(...args);
    expect(`${ended.out}${ended.err}`).toMatch(message);
    expect(ended.code).toBe(code);
    expect(ended.err).not.toMatch(/^\s+at /m);
  });

  test('storage that is out of reach ends with exit code 3', async () => {
    const nobody = 'DefaultEndpointsProtocol=http;AccountName=a;AccountKey=eA==;BlobEndpoint=http://127.0.0.1:9/a;';
    const { code, err } = await sluice('models', '--connection', nobody);
    expect(err).toMatch(/Blob storage is out of reach/);
    expect(code).toBe(3);
  });
});
