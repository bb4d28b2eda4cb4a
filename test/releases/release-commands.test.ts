import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { BlobServiceClient } from '@azure/storage-blob';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type StorageEmulator, startStorageEmulator } from '../../local/storage/storage-emulator.ts';
import { releaseName } from '../../src/core/releases/release.ts';
import { containers, packagesContainer } from '../../src/core/resources.ts';
import { allBlobs } from '../adapters/blob-storage.ts';
import { project } from '../docs/markdown.ts';
import { type AzureDouble, startAzureDouble, token } from './azure-double.ts';
import { answerGoldenRows, packaged } from './packaged.ts';

const first = packaged('1.0.0');
const second = packaged('1.1.0');
// None of them may be in what is printed, sent or kept.
const canaries = Array.from({ length: 50 }, (_, i) => `canary-${i}-3b8d2f6a1c`);
const secrets = Object.fromEntries(canaries.map((canary, i) => [`CANARY_${i}_SECRET`, canary]));
const printed: string[] = [];
let folder: string;
let storage: StorageEmulator;
let azure: AzureDouble;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-releases-'));
  [storage, azure] = await Promise.all([startStorageEmulator(), startAzureDouble()]);
  await answerGoldenRows(azure, ['1.1.0']);
  const service = BlobServiceClient.fromConnectionString(storage.connectionString);
  for (const name of [packagesContainer, containers.access]) await service.createContainer(name);
  await writeFile(join(folder, 'first.zip'), first.zip);
  await writeFile(join(folder, 'second.zip'), second.zip);
  // The real credential asks the Azure CLI for its token: this one has one at once.
  const answer = JSON.stringify({
    accessToken: token,
    expiresOn: '2099-01-01 00:00:00.000000',
    expires_on: 4_070_908_800,
    tokenType: 'Bearer',
  });
  await writeFile(join(folder, 'az'), `#!/bin/sh\necho '${answer}'\n`);
  await chmod(join(folder, 'az'), 0o755);
  const output = (value: string) => ({ type: 'String', value });
  // As az prints the names.
  const outputs = {
    sluicE_APP_NAME: output('func-1'),
    azurE_RESOURCE_GROUP: output('rg-1'),
    sluicE_PACKAGES_ACCOUNT: output(storage.connectionString),
    sluicE_STORAGE_ACCOUNT: output(storage.connectionString),
  };
  await writeFile(join(folder, 'outputs.json'), JSON.stringify(outputs));
});
afterAll(async () => {
  await azure?.close();
  await storage?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Runs `sluice` as a pipeline does: signed in with the Azure CLI. */
function sluice(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const env = {
    ...process.env,
    ...secrets,
    PATH: `${folder}${delimiter}${process.env.PATH}`,
    AZURE_TOKEN_CREDENTIALS: 'AzureCliCredential',
    AZURE_SUBSCRIPTION_ID: 'sub-1',
    SLUICE_KEY: '',
  };
  const words = ['--disable-warning=ExperimentalWarning', join(project, 'src/cli/main.ts'), ...args];
  const target = ['--outputs', 'outputs.json', '--management', azure.url];
  return new Promise((resolve) => {
    execFile(process.execPath, [...words, ...target], { env, cwd: folder }, (error, out, err) => {
      printed.push(out, err);
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), out, err });
    });
  });
}

test('deploy, a bad deploy, releases, check and rollback, as a pipeline calls them', { timeout: 120_000 }, async () => {
  const good = releaseName(first.release);
  expect(await sluice('deploy', 'first.zip')).toMatchObject({ code: 0, out: `${good} runs.\n` });
  expect(await sluice('deploy', 'first.zip')).toMatchObject({ code: 0, out: `${good} runs already.\n` });

  const bad = await sluice('deploy', 'second.zip', '--why', 'new scores');
  expect(bad.code).toBe(1);
  expect(bad.out).toMatch(/^machine-failure 1\/0\/probability: expected/);
  expect(bad.out).toContain(`${good} runs.`);

  const listed = await sluice('releases');
  expect(listed.code).toBe(0);
  expect(listed.out).toMatch(new RegExp(`^${good.replace('+', '\\+')} .* good, runs now`, 'm'));
  expect(listed.out).toMatch(/^1\.1\.0\+\w{12} .* bad +new scores$/m);

  expect((await sluice('releases', 'check')).code).toBe(0);
  // There is no other good one than that which runs; the bad one may be put in place by its name, and is still bad.
  expect(await sluice('rollback')).toMatchObject({
    code: 2,
    err: 'There is no good release to go back to. See: sluice releases\n',
  });
  expect((await sluice('rollback', '1.1.0')).code).toBe(1);
  expect(await sluice('rollback')).toMatchObject({ code: 0, out: `${good} runs.\n` });
  expect(await sluice('rollback', '9.9.9')).toMatchObject({
    code: 2,
    err: expect.stringContaining('No release 9.9.9 is kept'),
  });

  // Each was proven with a key that was issued for it.
  const keys = azure.requests.filter((line) => line.includes('/score ')).map((line) => line.split(' ').at(-1));
  expect(keys.every((key) => /^slk_/.test(key!))).toBe(true);
  expect(new Set(keys).size).toBeGreaterThan(3);

  const service = BlobServiceClient.fromConnectionString(storage.connectionString);
  const kept = [packagesContainer, containers.access].map((name) => allBlobs(service.getContainerClient(name)));
  const blobs = (await Promise.all(kept)).flatMap((all) => [...all.values()]);
  const everything = [...printed, ...azure.requests, ...azure.published.map((zip) => zip.toString('latin1')), ...blobs];
  expect(blobs.length).toBeGreaterThan(2);
  expect(canaries.filter((canary) => everything.some((text) => text.includes(canary)))).toEqual([]);
});
