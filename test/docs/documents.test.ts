import { existsSync, globSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { usualPorts } from '../../local/services/start-services.ts';
import { type Code, codes } from '../../src/core/codes.ts';
import { documentId, readDocumentId } from '../../src/core/ids.ts';
import { limits } from '../../src/core/limits.ts';
import { manifestJsonSchema } from '../../src/core/manifest/manifest.ts';
import { parseManifest } from '../../src/core/manifest/parse-manifest.ts';
import { packedScoresJsonSchema } from '../../src/core/outputs/packed-scores.ts';
import type { ScoreDocument } from '../../src/core/outputs/score-document.ts';
import { httpStatusOf } from '../../src/core/protocols/status-codes.ts';
import {
  accessSettings,
  callSettings,
  connections,
  type MetricDescription,
  metrics,
  modelSettings,
} from '../../src/core/resources.ts';
import { parseRoutes } from '../../src/core/routes/parse-routes.ts';
import { routesJsonSchema } from '../../src/core/routes/routes.ts';
import { partitionKeyOf } from '../../src/core/source.ts';
import { telemetrySettings } from '../../src/core/telemetry-settings.ts';
import { project, snippetsOf, tableRowsOf, textOf } from './markdown.ts';

const documents = globSync(['*.md', 'docs/**/*.md', 'training/*.md'], { cwd: project });

test('every link to a file of the project leads somewhere', () => {
  const broken = documents.flatMap((file) =>
    [...textOf(file).matchAll(/\]\((?!https?:|#)([^)#]+)/g)]
      .map(([, target = '']) => target)
      .filter((target) => !existsSync(join(project, dirname(file), target)))
      .map((target) => `${file} -> ${target}`),
  );
  expect(broken).toEqual([]);
});

describe('docs/operations.md', () => {
  const rows = tableRowsOf('docs/operations.md').filter(([first]) =>
    /^`(?!sluice\.)[a-z_]+\.[a-z0-9_]+`$/.test(first ?? ''),
  );
  const documented = rows.map(([code = '']) => code.slice(1, -1));

  test('has a line for each code, and none for others', () => {
    expect(documented.toSorted()).toEqual(Object.keys(codes).toSorted());
  });

  test('names the HTTP status that callers get', () => {
    const told = rows.map(([code = '', status]) => [code.slice(1, -1), Number(status)]);
    expect(told).toEqual(documented.map((code) => [code, httpStatusOf(code as Code)]));
  });

  test('has a line for each setting about models, callers and calls', () => {
    const settings = tableRowsOf('docs/operations.md').map(([first]) => first);
    for (const name of Object.values({ ...modelSettings, ...accessSettings, ...callSettings }))
      expect(settings).toContain(`\`${name}\``);
  });

  test('has a line for each figure and each setting of telemetry, as the table of resources has it', () => {
    const rows = tableRowsOf('docs/operations.md');
    for (const { name, kind, unit, labels, what } of Object.values<MetricDescription>(metrics)) {
      const listed = labels.map((label) => `\`${label}\``).join(', ') || '-';
      expect(rows).toContainEqual([`\`${name}\``, kind, unit, listed, what]);
    }
    for (const name of Object.values(telemetrySettings)) expect(rows.map(([first]) => first)).toContain(`\`${name}\``);
  });

  test('names limits as they are', () => {
    const text = textOf('docs/operations.md');
    const grouped = (value: number) => value.toLocaleString('en-US');
    expect(text).toContain(`${limits.requestBytesMax >> 20} MiB`);
    expect(text).toContain(`${grouped(limits.requestRowsMax)} rows`);
    const usually = (name: string) => tableRowsOf('docs/operations.md').find(([first]) => first === `\`${name}\``)?.[1];
    expect(usually(callSettings.rowsMegabytes)).toBe(String(limits.requestBytesMax >> 20));
    expect(usually(callSettings.tensorsMegabytes)).toBe(String(limits.tensorRequestBytesMax >> 20));
    expect(usually(callSettings.rows)).toBe(grouped(limits.requestRowsMax));
    expect(usually(callSettings.seconds)).toBe(String(limits.requestMsMax / 1_000));
    expect(usually(callSettings.bodySeconds)).toBe(String(limits.requestBodyMsMax / 1_000));
    expect(usually(callSettings.calls)).toBe(grouped(limits.callsMax));
    expect(usually(callSettings.callsWaiting)).toBe(grouped(limits.callsWaitingMax));
    expect(usually(callSettings.callsMegabytes)).toBe(String(limits.callsBytesMax >> 20));
    expect(text).toContain(`at most ${grouped(limits.eventRowsMax)} an event`);
    expect(text).toContain(`longer than ${grouped(limits.textCharactersMax)} characters`);
    expect(text).toContain(`at most ${limits.keyCharactersMax} characters`);
  });
});

test('docs/decisions lists every record', () => {
  const records = readdirSync(join(project, 'docs/decisions')).filter((file) => /^\d{4}-/.test(file));
  const listed = [...textOf('docs/decisions/README.md').matchAll(/\((\d{4}-[^)]+)\)/g)].map(([, file]) => file);
  expect(listed).toEqual(records.toSorted());
});

test('every package that is used is defended in docs/decisions', () => {
  const text = textOf('docs/decisions/0002-dependencies.md');
  const { dependencies, devDependencies } = JSON.parse(textOf('package.json')) as Record<
    string,
    Record<string, string>
  >;
  const missing = Object.keys({ ...dependencies, ...devDependencies }).filter((name) => !text.includes(`\`${name}\``));
  expect(missing).toEqual([]);
});

test('the published schemas are those that judge: npm run schemas writes them', () => {
  expect(JSON.parse(textOf('schemas/manifest.schema.json'))).toEqual(manifestJsonSchema());
  expect(JSON.parse(textOf('schemas/routes.schema.json'))).toEqual(routesJsonSchema());
  expect(JSON.parse(textOf('schemas/packed-scores.schema.json'))).toEqual(packedScoresJsonSchema());
});

describe('the README', () => {
  const json = snippetsOf('README.md')
    .filter(({ language }) => language === 'json')
    .map(({ text }) => JSON.parse(text));
  const having = (key: string) => json.filter((document) => key in document);

  test('shows a manifest that holds', () => {
    expect(having('features')).toHaveLength(1);
    expect(parseManifest(having('features')[0])).toMatchObject({ name: 'pump-failure' });
  });

  test('shows routes that hold for the bundled model', () => {
    expect(having('streams')).toHaveLength(1);
    expect(parseRoutes(having('streams')[0], ['machine-failure'])).toMatchObject({ files: [{ errorsMax: 100 }] });
  });

  test('shows a document as it is written', () => {
    expect(having('id')).toHaveLength(1);
    const document = having('id')[0] as ScoreDocument;
    expect(document.id).toBe(documentId(document.source, document.model));
    expect(readDocumentId(document.id)).toEqual({ source: document.source, model: document.model });
    expect(document.source.kind === 'stream' && partitionKeyOf(document.source, document.key)).toBe(document.partition);
  });

  test('has no snippet that nothing looks at', () => {
    expect(json).toHaveLength(3);
    const kinds = new Set(snippetsOf('README.md').map(({ language }) => language));
    // `sh` is run by test/twin/readme-commands.test.ts and .ci/run; `text` shows what they print.
    expect([...kinds].toSorted()).toEqual(['json', 'sh', 'text']);
  });
});

describe('settings and numbers that stand in two places agree', () => {
  test('local.settings.sample.json has every connection, at the usual ports of the twin', () => {
    const { Values } = JSON.parse(textOf('local.settings.sample.json')) as { Values: Record<string, string> };
    expect(Object.keys(Values).toSorted()).toEqual(
      [
        'AzureWebJobsStorage',
        'FUNCTIONS_WORKER_RUNTIME',
        accessSettings.anonymous,
        accessSettings.docs,
        ...Object.values(connections),
      ].toSorted(),
    );
    expect(Values.SLUICE_STORAGE).toContain(`:${usualPorts.blob}/`);
    expect(Values.SLUICE_STORAGE).toContain(`:${usualPorts.queue}/`);
    expect(Values.SLUICE_COSMOS).toContain(`:${usualPorts.cosmos}/`);
    expect(Values.SLUICE_EVENTS).toContain(`:${usualPorts.eventHubs};`);
  });

  test('the doors of files count fewer deliveries than host.json lets a message have', () => {
    const { maxDequeueCount } = JSON.parse(textOf('host.json')).extensions.queues;
    const counts = ['score-files', 'score-parts'].flatMap((door) =>
      [...textOf(`functions/${door}.ts`).matchAll(/Max = (\d+);/g)].map(([, count]) => Number(count)),
    );
    expect(counts).toHaveLength(2);
    for (const count of counts) expect(count).toBeLessThan(maxDequeueCount);
  });

  test('the package says what the host loads', () => {
    expect(JSON.parse(textOf('package.json')).main).toBe('dist/functions/*.js');
  });
});
