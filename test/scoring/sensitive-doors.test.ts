import { beforeAll, beforeEach, expect, test } from 'vitest';
import { FileModelRepository } from '../../src/adapters/file-model-repository.ts';
import { loadOnnxScorer } from '../../src/adapters/onnx-scorer.ts';
import { hiddenValue } from '../../src/core/fault.ts';
import type { Manifest } from '../../src/core/manifest/manifest.ts';
import { ModelRegistry } from '../../src/scoring/model-registry.ts';
import { scoreEvents } from '../../src/scoring/score-events.ts';
import { scoreFile } from '../../src/scoring/score-file.ts';
import { scoreRequest } from '../../src/scoring/score-request.ts';
import { bundledModels, keepingLog, readings } from './bundled-model.ts';
import { newCrashWatch } from './crashes/memory-markers.ts';
import { requestScoring } from './http/request-scoring.ts';
import {
  changedRepository,
  MemoryFiles,
  MemoryLedger,
  MemorySideTrack,
  MemorySink,
  streamSinksOf,
} from './memory-ports.ts';

/** The model that comes with the project, and a second one of which torque is sensitive; `csv` of both is given. */
const base = new FileModelRepository(bundledModels);
function registryOf({ csv = {}, ...routes }: { csv?: object } & Record<string, unknown>): ModelRegistry {
  const repository = changedRepository(base, {
    models: async () => ['machine-failure', 'private'],
    versions: async () => [1],
    aliases: () => base.aliases('machine-failure'),
    routes: async () => routes,
    open: async (name, version) => {
      const opened = await base.open('machine-failure', version);
      const written = opened.manifest as Manifest;
      const features = written.features.map((feature) =>
        name === 'private' && feature.name === 'torque' ? { ...feature, sensitive: true } : feature,
      );
      const manifest = { ...written, name, features, csv: { ...written.csv, ...csv } };
      return { ...opened, name, manifest, file: (file) => opened.file(file) };
    },
  });
  return new ModelRegistry(repository, loadOnnxScorer);
}

const secret = '48151.623';
const [reading] = readings(1);
let log: ReturnType<typeof keepingLog>;
beforeEach(() => {
  log = keepingLog();
});

let registry: ModelRegistry;
beforeAll(() => {
  registry = registryOf({ http: { default: 'private' } });
});
const fields = ['type', 'airTemperature', 'processTemperature', 'rotationalSpeed', 'torque', 'toolWear'] as const;
const tensors = (torque: unknown) => ({
  inputs: fields.map((name) => ({
    name,
    shape: [1],
    datatype: name === 'type' ? 'BYTES' : 'FP64',
    data: [name === 'torque' ? torque : reading?.[name]],
  })),
});
const paths = { own: '/models/private/score', tensors: '/v2/models/private/infer', mlflow: '/invocations' };

test.each<[string, string, unknown, string, string]>([
  ['out of its bounds', paths.own, { ...reading, torque: Number(secret) }, 'application/json', 'feature.out_of_range'],
  ['of another type', paths.own, { ...reading, torque: secret }, 'application/json', 'feature.wrong_type'],
  ['deep inside', paths.own, { ...reading, torque: [{ x: secret }] }, 'application/json', 'feature.wrong_type'],
  ['no object', paths.own, [[secret]], 'application/json', ''],
  ['alone', paths.own, secret, 'application/json', ''],
  ['in a CSV row', paths.own, `${fields.join()}\nL,300,310,1500,${secret}x,0`, 'text/csv', 'number.malformed'],
  ['in CSV without its header', paths.own, `L,300,310,1500,${secret},0`, 'text/csv', 'csv.missing_column'],
  ['in a tensor of another type', paths.tensors, tensors(secret), 'application/json', 'tensor.malformed'],
  ['out of its bounds in a tensor', paths.tensors, tensors(Number(secret)), 'application/json', 'feature.out_of_range'],
  ['in a table that is none', paths.mlflow, { dataframe_split: secret }, 'application/json', ''],
  ['in a list of scalars', paths.mlflow, { dataframe_records: [secret] }, 'application/json', ''],
])('a call is answered and logged without a sensitive value: %s', async (_, path, body, contentType, code) => {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const header = (name: string) => (name === 'content-type' ? contentType : undefined);
  const call = { method: 'POST', path, query: '', header, readBody: () => bytes };
  const { status, body: answer } = await scoreRequest(requestScoring({ registry }), call, log);
  const text = Buffer.from(answer).toString();
  expect(status).toBe(400);
  expect(text).toContain(code);
  expect(text + JSON.stringify(log.lines)).not.toContain('48151');
});

test('the same value of a feature that is not sensitive is told: the calls above could fail', async () => {
  const call = { method: 'POST', query: '', header: () => undefined };
  for (const [path, body] of [
    ['/models/machine-failure/score', { ...reading, torque: secret }],
    ['/v2/models/machine-failure/infer', tensors(secret)],
  ] as const) {
    const readBody = () => Buffer.from(JSON.stringify(body));
    const { body: answer } = await scoreRequest(requestScoring({ registry }), { ...call, path, readBody }, log);
    expect(Buffer.from(answer).toString()).toContain('48151');
  }
});

test.each([
  ['a row', {}, [fields.join(), `L,300,310,1500,${secret},0`, 'L,300,310,1500,40,0']],
  ['a text', {}, [fields.join(), `L,300,310,1500,x${secret},0`, 'L,300,310,1500,40,0']],
  ['no header', {}, [`L,300,310,1500,${secret},0`]],
])('neither results, errors.csv, report nor log of a file hold a sensitive value: %s', async (_, csv, lines) => {
  const files = new MemoryFiles();
  files.upload('in/a.csv', `${lines.join('\n')}\n`);
  const routed = registryOf({ csv, files: [{ prefix: 'in/', model: 'private' }] });
  const ports = { registry: routed, source: files, results: files, sink: new MemorySink() };
  const from = { container: 'incoming', name: 'in/a.csv', sequencer: undefined };
  const report = await scoreFile(ports, from, { number: 0, isLast: false }, log);
  const results = [...files.results.values()].join('\n');
  if (lines.length > 1) expect(results).toContain(hiddenValue);
  expect(results + JSON.stringify([report, log.lines])).not.toContain('48151');
});

test('a record that names no model of the route is kept without what is sensitive to any of them', async () => {
  const stream = { hub: 'telemetry', model: 'machine-failure', models: ['private'], modelField: 'ask' };
  const sideTrack = new MemorySideTrack();
  const ports = {
    ...streamSinksOf(new MemorySink()),
    sideTrack,
    ledger: new MemoryLedger(),
    crashWatch: newCrashWatch(),
  };
  const bodies = [{ ...reading, torque: secret, ask: 'none' }, `{"torque":${secret}`];
  const events = bodies.map((body, sequence) => ({
    body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
    hub: 'telemetry',
    partition: '0',
    sequence,
    enqueuedAt: '2026-11-21T03:04:05.678Z',
    systemProperties: {},
  }));
  await scoreEvents(
    { registry: registryOf({ streams: [stream] }), ...ports },
    events,
    { number: 0, isLast: false },
    log,
  );
  const letters = [...sideTrack.deadLetters.values()];
  expect(letters).toMatchObject([{ reason: 'model.not_allowed', masked: ['torque'] }, { withheld: true }]);
  expect(JSON.stringify(letters)).not.toContain('48151');
});
