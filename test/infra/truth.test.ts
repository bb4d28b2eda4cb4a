import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import * as resources from '../../src/core/resources.ts';
import { boundedReading, overridesOf, streamProfiles } from '../../src/core/streams/stream-profiles.ts';
import { project } from '../docs/markdown.ts';

const { accessSettings, callSettings, connections, containers, cosmos, eventHubs, modelSettings, queues } = resources;
const bicep = (file: string) => readFileSync(join(project, 'infra', file), 'utf8');
const system = bicep('system.bicep');

/** Value of a variable of system.bicep that is a plain text. */
const variable = (name: string) => new RegExp(`^var ${name} = '([^']*)'$`, 'm').exec(system)?.[1];

describe('infra and src/core/resources.ts name the same things', () => {
  test.each([
    ['incoming', containers.incoming],
    ['results', containers.results],
    ['deadLetters', containers.deadLetters],
    ['parked', containers.parked],
    ['modelsContainer', containers.models],
    ['hubName', eventHubs.telemetry.name],
    ['consumerGroup', eventHubs.telemetry.consumerGroup],
    ['databaseName', cosmos.database],
  ])('%s', (name, value) => {
    expect(variable(name)).toBe(value);
  });

  test('every container is made in an account', () => {
    const made = [...system.matchAll(/^ {4}containers: \[([^\]{]*)\]/gm)].flatMap(([, list = '']) =>
      list.split(',').map((name) => variable(name.trim())),
    );
    expect(made).toEqual(expect.arrayContaining(Object.values(containers)));
  });

  test('every queue is made', () => {
    const made = /queues: \[([^\]]*)\]/
      .exec(system)?.[1]
      ?.split(', ')
      .map((name) => variable(name));
    expect(made).toEqual(expect.arrayContaining(Object.values(queues)));
  });

  test('every container of Cosmos DB is made, with its partition key', () => {
    const made = [...system.matchAll(/\{ name: '([^']+)', partitionKey: '([^']+)'/g)].map(([, name, key]) => [
      name,
      key,
    ]);
    const wanted = Object.values(cosmos.containers).map(({ name, partitionKey }) => [name, partitionKey]);
    expect(made.toSorted()).toEqual(wanted.toSorted());
  });
});

describe('settings', () => {
  const given = [...system.matchAll(/^ {6}(SLUICE_\w+): /gm)].map(([, name = '']) => name);
  const known: readonly string[] = [connections, modelSettings, accessSettings, callSettings].flatMap((table) =>
    Object.values(table),
  );

  test('are all known to the app', () => {
    const names = new Set(given.map((name) => name.split('__')[0] ?? ''));
    expect([...names].filter((name) => !known.includes(name))).toEqual([]);
  });

  test('give every connection by identity, and none by key', () => {
    for (const connection of Object.values(connections)) {
      expect(given.filter((name) => name.startsWith(`${connection}__`)).length).toBeGreaterThan(1);
      expect(given).not.toContain(connection);
    }
    const everything = globSync('**/*.bicep', { cwd: join(project, 'infra') })
      .map(bicep)
      .join('\n');
    expect(everything).not.toMatch(/AccountKey|SharedAccessKey|listKeys|primaryKey|connectionString:/i);
  });
});

test('host.json and infra agree on what the functions listen to', () => {
  const events = readFileSync(join(project, 'functions/score-events.ts'), 'utf8');
  expect(events).toContain('eventHubs.telemetry.consumerGroup');
  expect(bicep('modules/event-grid.bicep')).toContain(
    "values: ['PutBlob', 'PutBlockList', 'CopyBlob', 'FlushWithClose', 'SftpCommit']",
  );
});

describe('how streams are read', () => {
  const app = bicep('modules/function-app.bicep');

  test.each(Object.entries(streamProfiles))('%s is the same profile at the twin and in Azure', (name, reading) => {
    const [, text = ''] = new RegExp(`^  ${name}: \\{\n([^}]*)\\}`, 'm').exec(app) ?? [];
    const said = [...text.matchAll(/(\w+): '?([\w:]+)'?/g)].map(([, key, value]) => [key, value]);
    expect(said).toEqual(Object.entries(reading).map(([key, value]) => [key, String(value)]));
  });

  test('every value is given to the host, under the name that goes over host.json', () => {
    const given = [...app.matchAll(/^ {6}AzureFunctionsJobHost__(\w+): /gm)].map(([, name]) => name);
    expect(given).toEqual(Object.keys(overridesOf(streamProfiles.economy)));
  });

  test('the default is the profile of host.json, the choice is between those that there are', () => {
    const parameter = /@allowed\(\[([^\]]*)\]\)\nparam streamProfile string = '(\w+)'/.exec(bicep('main.bicep'));
    expect(parameter?.slice(1)).toEqual([
      Object.keys(streamProfiles)
        .map((name) => `'${name}'`)
        .join(', '),
      'economy',
    ]);
  });

  // The formula is read out of the module and computed here: its operators mean the same for whole numbers, but for `/`.
  test.each([
    [2_048, 4, 1_024],
    [2_048, 16, 256 << 10],
    [512, 32, 1 << 20],
    [4_096, 4, 100_000],
  ])(
    'in %i MB, with %i partitions and events of %i bytes, batches are bounded alike',
    (memoryMb, partitions, eventBytes) => {
      const formula =
        /^var batchMax = max\(1, \(instanceMemoryMB \* (\d+)\) \/ \((\d) \* eventHubPartitions \* eventBytes\)\)$/m;
      const [memoryShare, batches] = (formula.exec(app) ?? []).slice(1).map(Number) as [number, number];
      const batchMax = Math.max(1, Math.floor((memoryMb * memoryShare) / (batches * partitions * eventBytes)));
      const load = { partitions, eventBytes, memoryBytes: (memoryMb * 2 ** 20) / 8 };
      expect(boundedReading('economy', load)).toMatchObject({
        maxEventBatchSize: Math.min(512, batchMax),
        prefetchCount: Math.min(1_024, 2 * batchMax),
      });
    },
  );
});

const checker = fileURLToPath(new URL('../../../shared/tools/bicep-check.mjs', import.meta.url));

test.skipIf(!existsSync(checker))('the checker finds nothing (skipped where ../shared is absent)', () => {
  const printed = execFileSync(process.execPath, [checker, '--policy', '--strict', 'infra'], {
    cwd: project,
    encoding: 'utf8',
  });
  expect(printed).toMatch(/\d+ files, 0 errors, 0 warnings/);
});

test.each(['modules/alerts.bicep', 'scoring.workbook.json'])(
  '%s asks for metrics that the app sends, and no others',
  (file) => {
    const asked = [...bicep(file).matchAll(/"(sluice\.[a-z_.]+)\\?"/g)].map(([, name]) => name);
    const sent = Object.values(resources.metrics).map(({ name }) => name);
    expect(asked.length).toBeGreaterThan(2);
    expect(asked.filter((name) => !sent.includes(name as never))).toEqual([]);
  },
);

test.each(['modules/alerts.bicep', 'scoring.workbook.json'])('%s asks for functions that there are', (file) => {
  const asked = [...bicep(file).matchAll(/Name startswith \\?"([\w-]+)\\?"/g)].map(([, name]) => `${name}.ts`);
  expect(asked.length).toBeGreaterThan(0);
  expect(asked.filter((name) => !existsSync(join(project, 'functions', name)))).toEqual([]);
});

test('labels that the workbook asks for are those that metrics carry', () => {
  const labels = [...bicep('scoring.workbook.json').matchAll(/Properties\.(\w+)/g)].map(([, label]) => label);
  const known = new Set<string>(Object.values(resources.metrics).flatMap(({ labels }) => labels as readonly string[]));
  expect(labels.length).toBeGreaterThan(5);
  expect(labels.filter((label) => !known.has(label as string))).toEqual([]);
});

test('who deploys may give the roles that infra/ gives, and no others', () => {
  const guids = (text: string) => [...text.matchAll(/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g)].map(String);
  // Roles of Cosmos DB are its own: no condition of Azure's roles is asked for them.
  const given = globSync('**/*.bicep', { cwd: join(project, 'infra') })
    .flatMap((file) => guids(bicep(file)))
    .filter((guid) => !guid.startsWith('00000000-'));
  const lines = bicep('grantable-roles.condition').split('\nAND\n');
  expect(lines).toHaveLength(2);
  for (const [i, action] of ['write', 'delete'].entries()) {
    expect(lines[i]).toContain(`Microsoft.Authorization/roleAssignments/${action}'`);
    expect(guids(lines[i] ?? '').toSorted()).toEqual([...new Set(given)].toSorted());
  }
});

test('inside of a private network the IoT Hub, which is outside, still reaches the hub', () => {
  expect(bicep('modules/event-hubs.bicep')).toMatch(
    /networkRuleSets@[\d-]+' = if \(privateNetwork\) \{[^}]*trustedServiceAccessEnabled: true/,
  );
});

test('former versions of models are kept, those of the package that runs go', () => {
  const modules = system.split(/^module /m);
  const of = (name: string) => modules.find((text) => text.startsWith(`${name} `)) ?? '';
  expect(of('modelStorage')).toContain('versioned: true');
  expect(of('modelStorage')).not.toContain('formerVersionDays');
  expect(of('hostStorage')).toContain('formerVersionDays: 30');
});

test('every parameter says what it is, and whether it must be given', () => {
  const files = globSync('**/*.bicep', { cwd: join(project, 'infra') });
  const silent = files.flatMap((file) => {
    const text = bicep(file);
    const named = [...text.matchAll(/^param (\w+)/gm)].map(([, name]) => name);
    const told = [...text.matchAll(/^@description\('(?:Required|Optional)\. .+'\)\n(?:@.+\n)*param (\w+)/gm)];
    return named.filter((name) => !told.some(([, other]) => other === name)).map((name) => `${file}: ${name}`);
  });
  expect(silent).toEqual([]);
});
