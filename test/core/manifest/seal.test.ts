import { describe, expect, test } from 'vitest';
import { digestOf } from '../../../src/core/digest.ts';
import { parseSeal, type Seal, sealText } from '../../../src/core/manifest/seal.ts';

const seal: Seal = {
  builtBy: 'sluice 1.2.3',
  files: new Map([
    ['scoring.onnx', digestOf('model')],
    ['manifest.json', digestOf('manifest')],
  ]),
};
const written = () => JSON.parse(sealText(seal)) as Record<string, unknown>;

test('a seal is read as it was written', () => {
  expect(parseSeal(written())).toEqual(seal);
});

test('equal seals have equal bytes, so that their digest is the address of the package', () => {
  const other: Seal = {
    files: new Map([...seal.files].reverse()),
    builtBy: seal.builtBy,
  };
  expect(sealText(other)).toBe(sealText(seal));
});

describe('a seal that does not hold is told what is wrong and where', () => {
  const hex = 'a'.repeat(64);
  test.each([
    ['a changed builder', { builtBy: 'sluice 1.2.4' }, '/checksum', /as the rest of the file has it/],
    ['a changed digest', { files: { 'manifest.json': `sha256:${hex}` } }, '/checksum', /sha256:/],
    ['no checksum', { checksum: undefined }, '/checksum', /a string/],
    ['another format', { format: 2 }, '/format', /1/],
    ['a digest that is none', { files: { 'a.onnx': 'md5:1' } }, '/files/a.onnx', /64 hexadecimal digits/],
    ['no file', { files: {} }, '/files', /1 to 64 files/],
    ['a file outside the folder', { files: { '../a.onnx': `sha256:${hex}` } }, '/files/..~1a.onnx', /without folders/],
    ['itself', { files: { 'digests.json': `sha256:${hex}` } }, '/files/digests.json', /other than/],
    ['an unknown key', { filse: {} }, '/filse', /files/],
  ])('%s', (_, change, path, expected) => {
    expect(parseSeal({ ...written(), ...change })).toEqual([
      expect.objectContaining({ code: 'package.broken', path, expected: expect.stringMatching(expected) }),
    ]);
  });

  test('what is no object at all', () => {
    expect(parseSeal(null)).toMatchObject([{ code: 'package.broken', path: '' }]);
  });
});
