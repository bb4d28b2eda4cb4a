import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import type { ForeignKind } from '../../../src/core/import/export-commands.ts';
import { exportAdvice, foreignByContent, foreignByName } from '../../../src/core/import/foreign-models.ts';
import { hasSharedData, sharedData } from '../../shared-data.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');
const glimpse = (path: string, head: string, tail = '') => ({ path, head: bytes(head), tail: bytes(tail) });

/** The first local header of an archive, as far as it is looked at. */
const zip = (...names: string[]) => names.map((name) => `PK\x03\x04\x14\0\0\0\0\0${'\0'.repeat(20)}${name}`).join('');
/** A pickle of protocol 4 that names a class. */
const pickle = (module: string, name: string) =>
  `\x80\x04\x95\xb8\x01\0\0\0\0\0\0\x8c${String.fromCharCode(module.length)}${module}\x94\x8c\x04${name}\x94\x93\x94)\x81`;

describe('a model of another kind is known by its bytes', () => {
  const cases: readonly (readonly [ForeignKind, string, string, string?])[] = [
    ['scikit-learn', 'model.pkl', pickle('sklearn.pipeline', 'Pipeline')],
    ['scikit-learn', 'old.pkl', 'csklearn.linear_model\nLogisticRegression\np0\n'],
    ['xgboost-pickle', 'model.pkl', pickle('xgboost.sklearn', 'XGBClassifier')],
    ['lightgbm-pickle', 'model.joblib', pickle('lightgbm.sklearn', 'LGBMClassifier')],
    ['catboost', 'model.pkl', pickle('catboost.core', 'CatBoostClassifier')],
    ['torch', 'net.pkl', pickle('torch._utils', '_rebuild_tensor_v2')],
    ['pickle', 'model.pkl', pickle('mycompany.models', 'Secret')],
    ['keras', 'model.h5', '\x89HDF\r\n\x1a\n\0\0\0\0'],
    ['keras', 'model.keras', zip('metadata.json', 'config.json')],
    ['torch', 'weights.pth', zip('archive/data.pkl')],
    ['torch', 'old.pt', '\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M'],
    ['torchscript', 'scripted.pt', zip('scripted/data.pkl', 'scripted/code/__torch__.py')],
    ['xgboost-classifier', 'booster.json', '{"learner":{"attributes":{}', '"objective":{"name":"binary:logistic"}}'],
    ['xgboost-regressor', 'booster.json', '{"learner":{"attributes":{}', '"objective":{"name":"reg:squarederror"}}'],
    ['xgboost-classifier', 'booster.ubj', '{L\0\0\0\0\0\0\0\x07learner{L', 'nameSL\0\0multi:softprob'],
    ['lightgbm', 'model.txt', 'tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\n'],
    ['catboost', 'model.cbm', 'CBM1\x10\0\0\0'],
    ['tflite', 'model.tflite', '\x1c\0\0\0TFL3\x14\0'],
    ['gguf', 'llama.gguf', 'GGUF\x03\0\0\0'],
    ['pmml', 'model.pmml', '<?xml version="1.0"?>\n<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4">'],
    ['transformers', 'model.safetensors', '\x40\0\0\0\0\0\0\0{"w":{"dtype":"F32","shape":[2]}}'],
    ['gzip', 'model.onnx.gz', '\x1f\x8b\x08\0'],
    ['zip', 'model.zip', zip('model.onnx')],
  ];

  test.each(cases.map(([kind, path, head, tail = '']) => [kind, path, head, tail] as const))('%s: %s', (...each) => {
    const [kind, path, head, tail] = each;
    expect(foreignByContent(glimpse(path, head, tail))).toBe(kind);
    // The name decides nothing: many a pickle has been named model.onnx.
    expect(foreignByContent(glimpse('model.onnx', head, tail))).toBe(kind);
  });

  test.each<[ForeignKind, string[]]>([
    ['saved-model', ['saved_model.pb', 'variables', 'assets']],
    ['spark', ['metadata', 'stages']],
    ['transformers', ['config.json', 'model.safetensors', 'tokenizer.json']],
  ])('a folder: %s', (kind, entries) => {
    expect(foreignByContent({ ...glimpse('folder', ''), entries })).toBe(kind);
  });

  test('an ONNX file, an empty file, some JSON and a folder of anything are none', () => {
    for (const head of ['\x08\x08\x12\x07pytorch', '', '{"features": []}', 'a,b\n1,2\n']) {
      expect(foreignByContent(glimpse('model.onnx', head)), head).toBeUndefined();
    }
    expect(foreignByContent({ ...glimpse('folder', ''), entries: ['MLmodel', 'model.onnx'] })).toBeUndefined();
  });

  test.skipIf(!hasSharedData)('real ONNX files are none, a real .ort file is one', async () => {
    const real = async (...path: string[]) => {
      const head = (await readFile(sharedData('models', ...path))).subarray(0, 65_536);
      return foreignByContent({ path: path.at(-1) as string, head, tail: head });
    };
    for (const name of ['iris-mlp', 'mnist-cntk', 'mobilenet-v3-int8', 'titanic-pipeline', 'occupancy-logreg']) {
      expect(await real(name, 'model.onnx'), name).toBeUndefined();
    }
    expect(await real('mnist-cntk', 'mnist.basic.ort')).toBe('ort');
  });
});

test('what has no sign in its bytes is known by its name', () => {
  expect(foreignByName('vision/Model.mlmodel')).toBe('core-ml');
  expect(foreignByName('compressed.joblib')).toBe('scikit-learn');
  expect(foreignByName('model.onnx')).toBeUndefined();
  expect(foreignByName('model')).toBeUndefined();
});

describe('the advice', () => {
  const commandOf = (advice: string) => advice.split('\n').filter((line) => line.startsWith('  '));

  test('is a sentence, one command with the file in it, and what it needs', () => {
    const advice = exportAdvice('scikit-learn', 'out/model.pkl');
    expect(advice).toContain('out/model.pkl is a pickled scikit-learn model, not an ONNX file.');
    expect(advice).toContain('pip install skl2onnx joblib');
    expect(commandOf(advice)).toEqual([
      `  python -c "import joblib, numpy; from skl2onnx import to_onnx; m = joblib.load('out/model.pkl'); open('model.onnx', 'wb').write(to_onnx(m, numpy.zeros((1, m.n_features_in_), 'float32'), target_opset={'': 17, 'ai.onnx.ml': 3}).SerializeToString())"`,
    ]);
  });

  test('holds exactly one command for every kind', () => {
    const kinds = ['keras', 'saved-model', 'torch', 'torchscript', 'pmml', 'lightgbm', 'xgboost-classifier', 'tflite'];
    for (const kind of [...kinds, 'core-ml', 'transformers', 'gguf', 'ort', 'gzip', 'zip'] as ForeignKind[]) {
      expect(commandOf(exportAdvice(kind, 'm')), kind).toHaveLength(1);
    }
  });

  test('never puts a name into a command that a shell or Python could take for more than a name', () => {
    for (const path of ["a'b.pkl", 'a"; rm -rf ~; ".pkl', '$(id).pkl', '`id`.pkl', 'a\nb.pkl']) {
      const [command = ''] = commandOf(exportAdvice('scikit-learn', path));
      expect(command).toContain("joblib.load('FILE')");
    }
    expect(exportAdvice('keras', 'C:\\new\\net.h5')).toContain("load_model('C:/new/net.h5')");
  });
});
