import { expect, test } from 'vitest';
import { defaultRoutes, parseRoutes } from '../../../src/core/routes/parse-routes.ts';

const wrong = (root: unknown, models = ['pump', 'valve']): string[] => {
  const result = parseRoutes(root, models);
  return Array.isArray(result) ? result.map(({ path, expected, got }) => `${path}: ${expected}, got ${got}`) : [];
};

test('routes are read, with the defaults of what they do not say', () => {
  expect(
    parseRoutes({ streams: [{ hub: 'telemetry', model: 'pump' }], files: [{ prefix: 'p/', model: 'pump' }] }, ['pump']),
  ).toMatchObject({
    http: { record: false },
    streams: [{ hub: 'telemetry', model: 'pump', alias: 'live', models: [], sink: 'cosmos' }],
    files: [{ prefix: 'p/', model: 'pump', alias: 'live', columns: [], documents: false }],
  });
});

test('one installed model takes the stream, each takes the files under its name', () => {
  expect(defaultRoutes(['pump'])).toMatchObject({
    streams: [{ hub: 'telemetry', model: 'pump', sink: 'cosmos' }],
    files: [{ prefix: 'pump/', model: 'pump' }],
  });
  expect(defaultRoutes(['pump', 'valve'])).toMatchObject({
    streams: [],
    files: [{ model: 'pump' }, { model: 'valve' }],
  });
  expect(defaultRoutes([])).toMatchObject({ streams: [], files: [] });
});

test.each([
  [{ streams: [{ hub: 'h', model: 'pmp' }] }, '/streams/0/model: an installed model ("pump"), got "pmp"'],
  [
    { streams: [{ hub: 'h', model: 'pump', models: ['pump', 'vale'] }] },
    '/streams/0/models/1: an installed model ("valve"), got "vale"',
  ],
  [
    { streams: [{ hub: 'h', model: 'pump', modelField: 'model' }] },
    '/streams/0/modelField: nothing without "models", got "model"',
  ],
  [{ streams: [{ hub: 'h', model: 'pump', sink: 'kafka' }] }, '/streams/0/sink: "cosmos" or "blob", got "kafka"'],
  [
    { streams: [{ hub: 'h', model: 'pump', sink: 'blob', packed: true }] },
    '/streams/0/packed: false: blobs hold many scores each as it is, got true',
  ],
  [
    {
      streams: [
        { hub: 'h', model: 'pump' },
        { hub: 'h', model: 'valve' },
      ],
    },
    '/streams: one route a hub, got "h"',
  ],
  [
    {
      files: [
        { prefix: 'a/', model: 'pump' },
        { prefix: 'a/', model: 'pump' },
      ],
    },
    '/files: one route a prefix, got "a/"',
  ],
  [
    { files: [{ prefx: 'a/', prefix: '', model: 'pump' }] },
    '/files/0/prefx: "prefix" (is that what was meant?), got "prefx"',
  ],
  [{ http: { recrd: true } }, '/http/recrd: "record" (is that what was meant?), got "recrd"'],
])('%j', (root, message) => {
  expect(wrong(root)).toEqual([message]);
});
