import { execFile, spawnSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { commandTable } from '../../src/cli/command-table.ts';
import { project, textOf } from '../docs/markdown.ts';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly name?: string;
}

interface Job {
  readonly needs?: string;
  readonly uses?: string;
  readonly permissions?: Record<string, string>;
  readonly steps?: readonly Step[];
  readonly environment?: string;
}

interface Workflow {
  readonly on: Record<string, unknown>;
  readonly permissions: Record<string, string>;
  readonly jobs: Record<string, Job>;
}

const workflowFiles = globSync('.github/workflows/*.yml', { cwd: project }).sort();
const azureFiles = ['azure-pipelines.yml', '.azuredevops/environment.yml'];
const workflows = new Map(workflowFiles.map((file) => [file, parse(textOf(file)) as Workflow]));
const jobs = [...workflows.values()].flatMap((workflow) => Object.values(workflow.jobs));
const steps = jobs.flatMap((job) => job.steps ?? []);

describe('GitHub Actions', () => {
  test('every action is pinned by a full commit, with the version that it is', () => {
    const used = workflowFiles.flatMap((file) => [...textOf(file).matchAll(/uses: (.+)$/gm)].map(([, use]) => use!));
    expect(used.length).toBeGreaterThan(8);
    const loose = used.filter((use) => !/^\.\/|^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(use));
    expect(loose).toEqual([]);
  });

  test('nothing is permitted unless a job says so, and no job writes anything but its token of identity', () => {
    for (const { permissions } of workflows.values()) expect(permissions).toEqual({});
    for (const { permissions = {}, steps: own = [], uses } of jobs) {
      const signsIn = uses !== undefined || own.some((step) => step.uses?.startsWith('azure/login@'));
      expect(permissions).toEqual(signsIn ? { contents: 'read', 'id-token': 'write' } : { contents: 'read' });
    }
  });

  test('there is no secret: sign-in is by OpenID Connect', () => {
    for (const file of workflowFiles) expect(textOf(file)).not.toMatch(/secrets\.|client-secret|creds:|password/i);
  });

  test('what strangers can write never becomes a command, and their branches get no rights', () => {
    expect(steps.filter(({ run }) => run?.includes('${{'))).toEqual([]);
    for (const { on } of workflows.values()) expect(Object.keys(on)).not.toContain('pull_request_target');
    expect(textOf('.github/workflows/pipeline.yml')).toContain(
      'github.event.pull_request.head.repo.full_name == github.repository',
    );
  });

  test('what fails before a pipe fails the step', () => {
    const piped = steps.filter(({ run }) => run?.split('\n').some((line) => / \|\s*$/.test(line)));
    expect(piped).toHaveLength(1);
    for (const { run } of piped) expect(run).toMatch(/^set -o pipefail\n/);
  });

  test('a checkout leaves no credentials behind', () => {
    for (const file of workflowFiles) {
      const text = textOf(file);
      const checkouts = text.match(/actions\/checkout@/g)?.length ?? 0;
      expect(text.match(/persist-credentials: false/g)?.length ?? 0).toBe(checkouts);
    }
  });

  test('the stages follow each other', () => {
    const { jobs: stages } = workflows.get('.github/workflows/pipeline.yml')!;
    expect(Object.entries(stages).map(([name, { needs }]) => [name, needs])).toEqual([
      ['check', undefined],
      ['preview', 'check'],
      ['dev', 'check'],
      ['staging', 'dev'],
      ['prod', 'staging'],
    ]);
  });
});

/** What both pipelines do, in this order. */
const checks = [
  'npm ci --ignore-scripts',
  'npm run lint',
  'npm run typecheck',
  'npm test',
  'npm run bicep',
  'npm run audit',
  'npm run package',
  'npm run package:try',
];
const deployment = [
  'sha256sum --check',
  'az deployment sub create',
  'npx sluice deploy',
  'node scripts/smoke.mjs',
  'npx sluice releases check',
];

describe.each([
  ['GitHub Actions', '.github/workflows/pipeline.yml', '.github/workflows/environment.yml'],
  ['Azure DevOps', 'azure-pipelines.yml', '.azuredevops/environment.yml'],
])('%s', (_, main, environment) => {
  const orderOf = (file: string, words: readonly string[]) => words.map((word) => textOf(file).indexOf(word));

  test('checks, then packages once; previews what a pull request would change', () => {
    const order = orderOf(main, [...checks, 'az deployment sub what-if']);
    expect(order).not.toContain(-1);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(textOf(environment)).not.toContain('npm run package');
  });

  test('stops at the first check that does not pass, advisories that are not known included', () => {
    for (const file of [main, environment])
      expect(textOf(file)).not.toMatch(/continue-on-error|continueOnError|\|\| (true|exit 0|:)|set \+e/i);
  });

  test('deploys the checked package, then smoke and golden scores', () => {
    const order = orderOf(environment, deployment);
    expect(order).not.toContain(-1);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  });

  test('names scripts, commands, and parameter files that there are', () => {
    const text = textOf(main) + textOf(environment);
    const { scripts } = JSON.parse(textOf('package.json'));
    const named = (pattern: RegExp) => [...text.matchAll(pattern)].map(([, name]) => name!);
    expect(named(/npm run ([\w:]+)/g).filter((name) => scripts[name] === undefined)).toEqual([]);
    expect(named(/npx sluice ([\w-]+)/g).filter((name) => !(name in commandTable))).toEqual([]);
    for (const name of ['dev', 'staging', 'prod'])
      expect(existsSync(join(project, `infra/${name}.bicepparam`))).toBe(true);
    expect(named(/(scripts\/[\w-]+\.mjs)/g).filter((file) => !existsSync(join(project, file)))).toEqual([]);
  });
});

describe('Azure DevOps', () => {
  interface Stage {
    readonly stage?: string;
    readonly template?: string;
    readonly dependsOn?: string | readonly string[];
    readonly parameters?: Record<string, string>;
  }
  const { stages } = parse(textOf('azure-pipelines.yml')) as { stages: Stage[] };

  test('the stages follow each other, as on GitHub', () => {
    const order = stages.map(({ stage, dependsOn, parameters }) => [
      stage ?? parameters?.environment,
      String(dependsOn ?? parameters?.after),
    ]);
    expect(order).toEqual([
      ['check', ''],
      ['preview', 'check'],
      ['dev', 'check'],
      ['staging', 'dev'],
      ['prod', 'staging'],
    ]);
    const templates = stages.flatMap(({ template }) => template ?? []);
    expect(templates).toHaveLength(3);
    expect(templates.filter((template) => !existsSync(join(project, template)))).toEqual([]);
  });

  test('signs in by service connections, without a secret', () => {
    for (const file of azureFiles) expect(textOf(file)).not.toMatch(/secret(?!:)\w*[:=]|password|connectionString/i);
  });
});

const hasActionlint = spawnSync('actionlint', ['-version'], { stdio: 'ignore' }).error === undefined;

test.skipIf(!hasActionlint)('actionlint finds nothing (skipped where it is not installed)', () => {
  const { stdout, status } = spawnSync('actionlint', workflowFiles, { cwd: project, encoding: 'utf8' });
  expect({ stdout, status }).toEqual({ stdout: '', status: 0 });
});

describe('the smoke test', () => {
  async function smoke(modelsStatus: number): Promise<{ code: number; out: string }> {
    const server = createServer(({ url }, response) =>
      response.writeHead(url === '/v2/models' ? modelsStatus : 200).end(),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const folder = await mkdtemp(join(tmpdir(), 'sluice-smoke-'));
    try {
      const outputs = join(folder, 'outputs.json');
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      // As az prints the name.
      await writeFile(outputs, JSON.stringify({ sluicE_URL: { type: 'String', value: url } }));
      return await new Promise((resolve) => {
        execFile(process.execPath, [join(project, 'scripts/smoke.mjs'), outputs, '--once'], (error, out) =>
          resolve({ code: error === null ? 0 : Number(error.code), out }),
        );
      });
    } finally {
      server.close();
      await rm(folder, { recursive: true, force: true });
    }
  }

  test('passes an app that lives and is closed', async () => {
    expect(await smoke(401)).toMatchObject({ code: 0, out: expect.stringContaining('ok   /health') });
  });

  test('fails one that is open to everybody', async () => {
    expect(await smoke(200)).toMatchObject({ code: 1, out: expect.stringContaining('FAIL /v2/models') });
  });
});
