import { expect, test } from 'vitest';
import { modelOfEvent, modelOfRecord } from '../../../src/core/events/named-model.ts';

const rule = { model: 'pump', models: ['valve', 'pipe'], modelField: '/meta/model' };
const eventWith = (properties?: Record<string, unknown>) => ({
  body: Buffer.from('{}'),
  hub: 'h',
  partition: '0',
  sequence: 1,
  enqueuedAt: '2026-11-21T03:04:05.678Z',
  systemProperties: {},
  ...(properties && { properties }),
});

test('an event asks by its application property', () => {
  expect(modelOfEvent(rule, eventWith())).toBeUndefined();
  expect(modelOfEvent(rule, eventWith({ model: '' }))).toBeUndefined();
  expect(modelOfEvent(rule, eventWith({ model: 'valve' }))).toBe('valve');
  expect(modelOfEvent(rule, eventWith({ model: 'pump' }))).toBe('pump');
});

test.each(['boiler', 7, { a: 1 }])('what the route does not allow is a fault: %j', (model) => {
  expect(modelOfEvent(rule, eventWith({ model }))).toEqual({
    code: 'model.not_allowed',
    path: '',
    expected: 'a model that the route allows: "pump", "valve", "pipe"',
    got: JSON.stringify(model),
  });
});

test('a record asks by its field', () => {
  expect(modelOfRecord(rule, { meta: { model: 'pipe' } })).toBe('pipe');
  expect(modelOfRecord({ ...rule, modelField: 'kind' }, { kind: 'valve' })).toBe('valve');
  for (const record of [{}, { meta: null }, { meta: { model: null } }, 7, null, { meta: 'x' }])
    expect(modelOfRecord(rule, record)).toBe('pump');
  expect(modelOfRecord(rule, { meta: { model: 'boiler' } })).toMatchObject({
    code: 'model.not_allowed',
    path: '/meta/model',
    got: '"boiler"',
  });
  const inherited = JSON.parse('{"__proto__": {"kind": "valve"}}');
  expect(modelOfRecord({ ...rule, modelField: 'kind' }, Object.create(inherited))).toBe('pump');
});
