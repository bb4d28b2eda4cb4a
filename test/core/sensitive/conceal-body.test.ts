import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { concealBody, mask } from '../../../src/core/sensitive/conceal-body.ts';
import { type FieldTree, fieldTreeOf, unitedTree } from '../../../src/core/sensitive/field-tree.ts';
import { exampleManifest, goodRecord, manifestText } from '../example-manifest.ts';

const treeOf = (sensitive: Readonly<Record<string, readonly string[]>>): FieldTree => {
  const features = exampleManifest().features.map((feature) =>
    feature.name in sensitive
      ? { ...feature, sensitive: true, aliases: [...(sensitive[feature.name] ?? [])] }
      : feature.name === 'pressure'
        ? { ...feature, aliases: ['p', '/sensors/0/bar'] }
        : feature,
  );
  return fieldTreeOf(exampleManifest({ features })) as FieldTree;
};
const tree = treeOf({ note: ['remark', '/person/name'], starts: [] });
const conceal = (body: unknown, from = tree) =>
  concealBody(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)), from);
const shown = (body: unknown) => JSON.parse(conceal(body)?.text ?? 'null');

test('a model without sensitive features conceals nothing', () => {
  expect(fieldTreeOf(exampleManifest())).toBeUndefined();
  expect(unitedTree([])).toBeUndefined();
});

test('sensitive values are masked and named, those of other features and of the key stay', () => {
  expect(conceal(goodRecord)).toEqual({
    text: JSON.stringify({
      pressure: 4.5,
      starts: mask,
      open: true,
      grade: 'B',
      note: mask,
      since: goodRecord.since,
      pumpId: 'pump-7',
    }),
    masked: ['note', 'starts'],
  });
});

test('every name that a sender may use is masked, and what stands inside of a record', () => {
  expect(shown({ remark: 'x', p: 1, person: { name: 'y', age: 4 }, sensors: [{ bar: 2, of: 'z' }, 'z'] })).toEqual({
    remark: mask,
    p: 1,
    person: { name: mask },
    sensors: [{ bar: 2 }, mask],
  });
});

test('a field that nobody names is left out with its name: it may be a sensitive one that is spelled wrong', () => {
  expect(shown({ nota: 'secret', Alice: 1, open: true })).toEqual({ open: true });
});

test('lists, lines and the envelope of IoT Hub are understood', () => {
  expect(shown([{ note: 'a' }, { note: 'b', grade: 'A' }])).toEqual([{ note: mask }, { grade: 'A', note: mask }]);
  expect(conceal('{"note":"a"}\n{"open":false}\n')?.text).toBe(`{"note":"${mask}"}\n{"open":false}`);
  const systemProperties = { 'iothub-connection-device-id': 'm-1', note: 'a' };
  expect(shown({ body: { note: 'a' }, properties: { note: 'a' }, systemProperties })).toEqual({
    body: { note: mask },
    systemProperties: { 'iothub-connection-device-id': 'm-1' },
  });
});

test.each([
  ['no JSON', '{"note": "secret'],
  ['one broken line of several', '{"note":"secret"}\n{"note":'],
  ['base64', Buffer.from('{"note":"secret"}').toString('base64')],
  ['base64 in an envelope', { body: Buffer.from('{"note":"secret"}').toString('base64'), systemProperties: {} }],
  ['a list of lists', [['secret']]],
  ['a text', '"secret"'],
  ['nested too deep', '['.repeat(100) + ']'.repeat(100)],
])('what is not understood is not shown at all: %s', (_, body) => {
  expect(conceal(body)).toBeUndefined();
});

test('packed bytes are not shown at all', () => {
  expect(concealBody(gzipSync('{"note":"secret"}'), tree)).toBeUndefined();
});

test('whatever is put where, no trace of a sensitive value is left', () => {
  let seed = 7;
  const random = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((seed / 2 ** 31) * below);
  };
  const secret = 'Sécret-4711';
  const secretName = () =>
    ['note', 'remark', 'starts', 'Note', 'noté', '__proto__', 'constructor'][random(7)] as string;
  const secretValue = (): unknown => {
    const values = [secret, [secret], { [secret]: 1 }, { name: secret }, `${secret}\n\\"`, [[{ note: secret }]]];
    return values[random(values.length)];
  };
  const record = () => {
    const parts = Array.from(
      { length: 1 + random(4) },
      () => `${JSON.stringify(secretName())}:${JSON.stringify(secretValue())}`,
    );
    if (random(2) === 0) parts.push(`"person":${JSON.stringify(secretValue())}`);
    if (random(2) === 0) parts.push(`"grade":{"x":${JSON.stringify(secretValue())}}`, '"open":true');
    return `{${parts.join()}}`;
  };
  const bodies = [
    () => record(),
    () => `[${record()},${record()}]`,
    () => `${record()}\r\n${record()}`,
    () => `{"body":${record()},"systemProperties":{"x":"${secret}"}}`,
    () => `{"body":[${record()}],"systemProperties":{},"properties":${record()}}`,
    () => `${record()} ${record()}`,
  ];
  let understood = 0;
  for (let i = 0; i < 2_000; i++) {
    const body = conceal((bodies[i % bodies.length] as () => string)());
    if (body !== undefined) understood++;
    expect(JSON.stringify(body ?? '')).not.toMatch(/cret-4711/);
  }
  expect(understood).toBeGreaterThan(1_500);
});

test('for a record that several models may score, what is sensitive to one is', () => {
  const both = unitedTree([tree, treeOf({ grade: [] })]) as FieldTree;
  expect(conceal({ note: 'a', grade: 'B', open: true }, both)?.masked).toEqual(['grade', 'note']);
});

test('the key cannot be sensitive: it stands in ids', () => {
  const { features } = exampleManifest();
  const withKey = [...features, { name: 'pumpId', type: 'text', sensitive: true }];
  expect(() => exampleManifest(manifestText({ features: withKey }))).toThrow('/features/6/sensitive');
});
