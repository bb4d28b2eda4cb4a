import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { connections, modelSettings } from '../../src/core/resources.ts';
import { telemetrySettings } from '../../src/core/telemetry-settings.ts';
import { project, textOf } from '../docs/markdown.ts';

// What a machine that deploys may know, and must keep: no template, parameter file or message may repeat it.
const likelyNames = [
  ...['AZURE_CLIENT_SECRET', 'ARM_CLIENT_SECRET', 'AZURE_PASSWORD', 'AZURE_CLIENT_CERTIFICATE_PASSWORD'],
  ...['GITHUB_TOKEN', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN', 'SYSTEM_ACCESSTOKEN', 'NPM_TOKEN', 'NODE_AUTH_TOKEN'],
  ...['AzureWebJobsStorage', 'SLUICE_KEY', telemetrySettings.applicationInsights],
  ...[...Object.values(connections), modelSettings.connection],
];
const canaries = new Map(
  Array.from({ length: 50 }, (_, i) => [likelyNames[i] ?? `CANARY_${i}_SECRET`, `canary-${i}-7a3e1c5f9b`]),
);
const plain = {
  AZURE_ENV_NAME: 'canary',
  AZURE_LOCATION: 'westeurope',
  AZURE_PRINCIPAL_ID: '00000000-0000-0000-0000-000000000001',
};
const found = (text: string) => [...canaries.values()].filter((canary) => text.includes(canary));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-canaries-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** All that a program of the project prints, in an environment full of secrets. */
function printed(file: string, ...args: string[]): Promise<string> {
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, SLUICE_TWIN_FOLDER: folder, ...plain, ...Object.fromEntries(canaries) };
  const words = ['--disable-warning=ExperimentalWarning', join(project, file), ...args];
  return new Promise((resolve) => {
    execFile(process.execPath, words, { env, cwd: folder }, (_, out, err) => resolve(`${out}${err}`));
  });
}

describe('templates, with 50 secrets in the environment', () => {
  test('the parameters that azd fills in carry none of them', () => {
    const environment: Record<string, string | undefined> = { ...plain, ...Object.fromEntries(canaries) };
    const filled = textOf('infra/main.parameters.json').replaceAll(
      /\$\{(\w+)(?:=([^}]*))?\}/g,
      (_, name: string, otherwise = '') => environment[name] ?? otherwise,
    );
    expect(JSON.parse(filled).parameters.environmentName.value).toBe(plain.AZURE_ENV_NAME);
    expect(found(filled)).toEqual([]);
  });

  test('building them reads nothing but the files of infra/: no variable, no other file', () => {
    const files = globSync('infra/**/*.bicep{,param}', { cwd: project });
    expect(files.length).toBeGreaterThan(20);
    const read = files.flatMap((file) => [
      ...textOf(file).matchAll(/\b(?:load\w+|readEnvironmentVariable|externalInput|getSecret)\(([^)]*)\)/g),
    ]);
    expect(read.map(([, what]) => what)).toEqual(["'../scoring.workbook.json'"]);
    expect(files.filter((file) => found(textOf(file)).length > 0)).toEqual([]);
  });

  test('their outputs are names and addresses, which azd keeps in a file', () => {
    const outputs = [...textOf('infra/main.bicep').matchAll(/^output (\w+) (\w+) = (.+)$/gm)];
    expect(outputs.length).toBeGreaterThan(5);
    for (const [line, name = ''] of outputs) {
      expect(name).toMatch(/^(AZURE|SLUICE)_[A-Z_]+$/);
      expect(line).not.toMatch(/key|secret|password|connectionString|list[A-Z]/i);
    }
  });

  test('what sluice size writes and prints has none of them', async () => {
    const file = join(folder, 'mine.bicepparam');
    const size = ['size', '--devices', '50000', '--iot-hub', '--write', file, '--environment', 'mine'];
    const said = await Promise.all([
      printed('src/cli/main.ts', ...size),
      printed('src/cli/main.ts', ...size.slice(0, 3), '--json'),
    ]);
    const written = await readFile(file, 'utf8');
    expect(written).toContain("param environmentName = 'mine'");
    expect(said.join('').length).toBeGreaterThan(1_000);
    expect(found([written, ...said].join('\n'))).toEqual([]);
  });
});

describe('pipelines', () => {
  test('give a step only what it names, print no environment, and keep the package alone', () => {
    const texts = globSync(['.github/workflows/*.yml', 'azure-pipelines.yml', '.azuredevops/*.yml'], { cwd: project });
    expect(texts).toHaveLength(4);
    for (const text of texts.map(textOf))
      expect(text).not.toMatch(/\bprintenv\b|\bset -\w*x|^\s*env$|export -p|\.env\b/m);
    const { jobs } = parse(textOf('.github/workflows/pipeline.yml')) as {
      jobs: Record<string, { steps?: { uses?: string; with?: { path?: string } }[] }>;
    };
    const kept = Object.values(jobs)
      .flatMap(({ steps = [] }) => steps)
      .filter(({ uses }) => uses?.startsWith('actions/upload-artifact@'))
      .map((step) => step.with?.path?.trim().split('\n'));
    expect(kept).toEqual([['release/sluice.zip', 'release/sluice.zip.sha256']]);
  });
});

describe('messages of what deploys', () => {
  const key = Buffer.from('canary-of-a-connection').toString('base64');
  // Lets nobody in, as an account does whose keys are turned off.
  const account = createServer((_, response) => response.writeHead(403).end());
  const address = () => `http://127.0.0.1:${(account.address() as AddressInfo).port}`;
  const storage = 'STORAGE';
  const database = 'DATABASE';
  const connectionOf = (word: string) =>
    ({
      [storage]: `DefaultEndpointsProtocol=http;AccountName=a;AccountKey=${key};BlobEndpoint=${address()}/a;`,
      [database]: `AccountEndpoint=${address()}/;AccountKey=${key}`,
    })[word] ?? word;
  beforeAll(() => new Promise<void>((resolve) => account.listen(0, '127.0.0.1', resolve)));
  afterAll(() => new Promise((resolve) => account.close(resolve)));

  test.each(
    [
      ['scripts/check-bicep.ts'],
      ['scripts/smoke.mjs', 'nowhere.json', '--once'],
      ['src/cli/main.ts', 'deploy', 'nowhere.zip'],
      ['src/cli/main.ts', 'releases', '--outputs', 'nowhere.json'],
      ['src/cli/main.ts', 'prove', '--azure', '--outputs', 'nowhere.json'],
      ['src/cli/main.ts', 'keys', 'list', '--connection', storage],
      ['src/cli/main.ts', 'erase', '--key', 'm-1', '--storage', storage, '--cosmos', database],
    ].map((words) => [words.slice(0, 4).join(' '), words] as const),
  )('%s', async (_, [file = '', ...args]) => {
    const text = await printed(file, ...args.map(connectionOf));
    expect(text.length).toBeGreaterThan(20);
    expect(found(text)).toEqual([]);
    expect(text).not.toContain(key);
  });
});
