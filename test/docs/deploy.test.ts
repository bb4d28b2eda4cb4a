import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Command } from '../../src/cli/command.ts';
import { commandTable } from '../../src/cli/command-table.ts';
import { runInProcess } from '../cli/run-in-process.ts';
import { project, snippetsOf, textOf } from './markdown.ts';

const file = 'docs/deploy.md';
const lines = snippetsOf(file)
  .filter(({ language }) => language === 'sh')
  .flatMap(({ text }) => text.trimEnd().split('\n'));
/** Each call of sluice, by itself or for a variable. */
const sluiceLines = lines.flatMap((line) => /^(?:\w+=\$\()?(npx sluice .*?)\)?$/.exec(line)?.[1] ?? []);
const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };

/** What commands write for those that come after. */
const made = ['release/sluice.zip', 'outputs.json', 'infra/mine.bicepparam', 'rows.csv', 'docs/proof.md'];

describe('docs/deploy.md, line by line', () => {
  test('has commands of these programs alone', () => {
    const known =
      /^(npm run |npx sluice |az |azd |curl |export \w+=\$\(az |\w+=\$\((az|npx sluice) |printf |eval "\$\((azd env get-values|node scripts\/outputs\.mjs ))/;
    expect(lines.length).toBeGreaterThan(20);
    expect(lines.filter((line) => !known.test(line))).toEqual([]);
  });

  test('names scripts of package.json that there are', () => {
    const named = [...textOf(file).matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name!);
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  });

  test.each(sluiceLines)('%s', async (line) => {
    const [name = '', ...words] = line.slice('npx sluice '.length).split(' ');
    expect(Object.keys(commandTable)).toContain(name);
    const command: Command = await commandTable[name]!();
    const options = words.filter((word) => word.startsWith('--')).map((word) => word.slice(2));
    expect(options.filter((option) => !(option in command.options))).toEqual([]);
  });

  test('names files that are there, or that a command before it makes', () => {
    const named = [
      ...lines.join(' ').matchAll(/(?:^|[\s"'(])((?:[\w.-]+\/)*[\w-]+\.(?:bicep|bicepparam|zip|json|csv|yml))\b/g),
    ];
    const inProse = [...textOf(file).matchAll(/`((?:[\w.-]+\/)+[\w.-]+\.\w+)`/g)];
    const files = [...named, ...inProse].map(([, path]) => path!);
    expect(files.length).toBeGreaterThan(10);
    expect(files.filter((path) => !made.includes(path) && !existsSync(join(project, path)))).toEqual([]);
  });

  test('uses outputs that infra/main.bicep has', () => {
    const outputs = [...textOf('infra/main.bicep').matchAll(/^output (\w+) /gm)].map(([, name]) => name);
    const used = new Set([...textOf(file).matchAll(/\b((?:SLUICE|AZURE_RESOURCE)_\w+)/g)].map(([, name]) => name));
    expect(used.size).toBeGreaterThan(3);
    expect([...used].filter((name) => !outputs.includes(name))).toEqual([]);
  });

  test('up to where Azure is called it can be done: the package is made, parameters are written, then the target is asked for', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-deploy-'));
    try {
      const script = /launch\.mjs (\S+)$/.exec(scripts.package!)?.[1];
      const words = ['--disable-warning=ExperimentalWarning', join(project, script!), join(folder, 'release')];
      const made = spawnSync(process.execPath, words, { encoding: 'utf8', cwd: project });
      expect(made.status, made.stderr).toBe(0);
      const zip = join(folder, 'release/sluice.zip');
      const sum = spawnSync('sha256sum', ['--check', 'sluice.zip.sha256'], { cwd: join(folder, 'release') });
      expect(sum.status).toBe(0);
      const written = join(folder, 'mine.bicepparam');
      const size = await runInProcess(['size', '--devices', '50000', '--write', written, '--environment', 'mine'], {
        twinFolder: folder,
      });
      expect(size.code).toBe(0);
      expect(await readFile(written, 'utf8')).toContain("param environmentName = 'mine'");
      const deployed = await runInProcess(['deploy', zip], { twinFolder: folder });
      expect([deployed.code, deployed.err]).toEqual([2, expect.stringMatching(/^Say --\w+, or set /)]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }, 180_000);
});

test('variables of a shell are made of outputs, as az prints them', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-outputs-'));
  try {
    const value = "it's $HOME";
    const outputs = { sluicE_URL: { type: 'String', value }, azurE_RESOURCE_GROUP: { type: 'String', value: 'rg-1' } };
    await writeFile(join(folder, 'outputs.json'), JSON.stringify(outputs));
    const script = `eval "$("$0" "$1" outputs.json)" && printf '%s|%s' "$SLUICE_URL" "$AZURE_RESOURCE_GROUP"`;
    const words = ['-c', script, process.execPath, join(project, 'scripts/outputs.mjs')];
    const { stdout } = spawnSync('sh', words, { cwd: folder, encoding: 'utf8' });
    expect(stdout).toBe(`${value}|rg-1`);
    await writeFile(join(folder, 'outputs.json'), JSON.stringify({ 'A=1; rm -r x': { value: '' } }));
    expect(spawnSync('sh', words, { cwd: folder, encoding: 'utf8' }).stdout).toBe('|');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('the rows that the page sends are rows of the bundled model', async () => {
  const [line = ''] = lines.filter((each) => each.startsWith('printf '));
  const { stdout } = spawnSync('sh', ['-c', line.replace(/ > rows\.csv$/, '')], { encoding: 'utf8' });
  const [header = '', ...rows] = stdout.trimEnd().split('\n');
  const { features } = JSON.parse(textOf('models/machine-failure/1/manifest.json')) as { features: { name: string }[] };
  expect(header.split(',')).toEqual(['machineId', ...features.map(({ name }) => name)]);
  expect(rows.map((row) => row.split(',').length)).toEqual([7, 7]);
});

test('azure.yaml takes the same road as the page', () => {
  const azure = parse(textOf('azure.yaml')) as {
    infra: { path: string };
    hooks: { postprovision: Record<string, { run: string }> };
  };
  expect(existsSync(join(project, azure.infra.path, 'main.bicep'))).toBe(true);
  for (const { run } of Object.values(azure.hooks.postprovision)) {
    expect(run).toContain('npm run package');
    expect(run).toContain('npx sluice deploy release/sluice.zip');
  }
});

test('main.parameters.json sets parameters that infra/main.bicep has, from variables that azd knows', () => {
  const { parameters } = JSON.parse(textOf('infra/main.parameters.json')) as { parameters: Record<string, unknown> };
  const bicep = textOf('infra/main.bicep');
  expect(Object.keys(parameters).filter((name) => !new RegExp(`^param ${name} `, 'm').test(bicep))).toEqual([]);
  const variables = [...textOf('infra/main.parameters.json').matchAll(/\$\{(\w+)/g)].map(([, name]) => name);
  expect(variables.filter((name) => !/^AZURE_(ENV_NAME|LOCATION|PRINCIPAL_ID|PRINCIPAL_TYPE)$/.test(name!))).toEqual(
    [],
  );
});

test.each(['docs/security.md', 'docs/recovery.md', 'docs/architecture.md', 'docs/operations.md'])(
  '%s names commands of sluice that there are',
  (document) => {
    const named = [...textOf(document).matchAll(/`sluice ([a-z-]+)/g)].map(([, name]) => name!);
    expect(named.filter((name) => !(name in commandTable))).toEqual([]);
  },
);

test('until it is proven, README and docs say so', () => {
  for (const document of ['README.md', file]) expect(textOf(document)).toMatch(/not yet (been )?proven on Azure/i);
});

test('the shell would understand each line', () => {
  const { status, stderr } = spawnSync('sh', ['-n'], { input: lines.join('\n'), encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});
