import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { zipOf } from '../../scripts/package/zip.ts';
import { FileModelRepository } from '../../src/adapters/file-model-repository.ts';
import { fileReaders } from '../../src/adapters/file-readers.ts';
import { loadScorer } from '../../src/adapters/threaded-scorer.ts';
import { ModelRegistry } from '../../src/scoring/model-registry.ts';
import { scoreFile } from '../../src/scoring/score-file.ts';
import { buildModel } from '../scoring/built-models.ts';
import { keepingLog } from '../scoring/bundled-model.ts';
import { importInto } from '../scoring/import/importing.ts';
import { changedRepository, MemoryFiles, MemorySink } from '../scoring/memory-ports.ts';
import { hasSharedData, sharedData } from '../shared-data.ts';

const name = 'mobilenet-v3-int8';

describe.skipIf(!hasSharedData)('pictures through a model of others (skipped without ../shared)', () => {
  let folder: string;
  let registry: ModelRegistry;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-pictures-'));
    await importInto(folder, name, sharedData('models', name, 'model.onnx'), {});
    const path = join(folder, name, '1', 'manifest.json');
    const manifest = JSON.parse(await readFile(path, 'utf8'));
    const labels = await readFile(sharedData('images', 'imagenet_labels_densenet.txt'), 'utf8');
    await writeFile(
      path,
      JSON.stringify({
        ...manifest,
        task: 'vision',
        classes: labels.trimEnd().split('\n'),
        image: {
          input: 'image',
          width: 244,
          height: 244,
          scale: 1 / 255,
          mean: [0.485, 0.456, 0.406],
          std: [0.229, 0.224, 0.225],
        },
        outputs: {
          best: { kind: 'label', tensor: 'scores' },
          top: { kind: 'top', tensor: 'scores', k: 3, softmax: true },
        },
      }),
    );
    await buildModel(folder, name);
    const routes = async () => ({ files: [{ prefix: '', model: name, documents: true }] });
    registry = new ModelRegistry(changedRepository(new FileModelRepository(folder), { routes }), loadScorer);
  });
  afterAll(async () => {
    await registry?.release();
    await rm(folder, { recursive: true, force: true });
  });

  async function scored(blob: string, bytes: Uint8Array) {
    const files = new MemoryFiles();
    files.pieceBytes = 65_536;
    files.upload(blob, bytes);
    const sink = new MemorySink();
    const report = await scoreFile(
      { registry, source: files, results: files, sink, readers: fileReaders },
      { container: 'incoming', name: blob, sequencer: undefined },
      { number: 0, isLast: true },
      keepingLog(),
    );
    const linesOf = (file: string) =>
      files.results.get(`${name}/${blob}/${report?.run}/${file}`)?.trimEnd().split('\n') ?? [];
    return {
      report,
      scores: linesOf('scores.csv'),
      errors: linesOf('errors.csv'),
      documents: [...sink.documents.values()],
    };
  }

  test.each([
    ['kitten_224.png', /CAT|TABBY/],
    ['fish.png', /^TENCH$/],
  ])('%s is told for what it is, by only a manifest', async (file, expected) => {
    const bytes = await readFile(sharedData('images', file));
    const { report, scores, documents } = await scored(file, bytes);
    expect(report).toMatchObject({ state: 'succeeded', rows: 1, scored: 1, rejected: 0 });
    const [head, line] = scores as [string, string];
    expect(head).toBe(
      'row,file,best,top.0.class,top.0.probability,top.1.class,top.1.probability,top.2.class,top.2.probability',
    );
    const [row, name, best, first, probability, , second] = line.split(',') as string[];
    expect([row, name, best]).toEqual(['0', file, first]);
    expect(best).toMatch(expected);
    expect(Number(probability)).toBeGreaterThan(Number(second));
    expect(Number(probability)).toBeLessThanOrEqual(1);
    expect(documents).toMatchObject([
      { key: file, inputDigest: `sha256:${createHash('sha256').update(bytes).digest('hex')}` },
    ]);
  });

  test('an archive of many gives a row each, in its order; what is no picture is listed', async () => {
    const kitten = await readFile(sharedData('images', 'kitten_224.png'));
    const fish = await readFile(sharedData('images', 'fish.png'));
    const pictures = Array.from({ length: 5 }, (_, i) => ({ path: `cats/${i}.png`, bytes: kitten }));
    const zip = zipOf([
      ...pictures,
      { path: 'fish, large.png', bytes: fish },
      { path: 'notes.txt', bytes: Buffer.from('not a picture') },
      { path: 'zebra.png', bytes: kitten.subarray(0, 3_000) },
    ]);
    const { report, scores, errors } = await scored('all.zip', zip);
    expect(report).toMatchObject({ state: 'succeeded', rows: 8, scored: 6, rejected: 2 });
    expect(scores.slice(1).map((line) => line.split(',').slice(0, 2).join())).toEqual([
      ...pictures.map(({ path }, i) => `${i},${path}`),
      '5,"fish',
    ]);
    expect(errors.slice(1).map((line) => line.split(',').slice(0, 6).join())).toEqual([
      '6,,,,picture.malformed,"notes.txt: a whole JPEG',
      '7,,,,picture.malformed,"zebra.png: a whole JPEG',
    ]);
  });

  test('a model that takes pictures does not take rows', async () => {
    const { report } = await scored('rows.ndjson', Buffer.from('{}\n{}\n'));
    expect(report).toMatchObject({ state: 'failed', error: { code: 'model.tensors_only' } });
  });

  test('an archive that is none ends as a failed run', async () => {
    const { report } = await scored('all.zip', Buffer.from('PK and no more of it'));
    expect(report).toMatchObject({ state: 'failed', error: { code: 'archive.malformed' } });
  });
});
