/** How models of other kinds become ONNX files: one command each, for the environment in which the model was trained. */

/** Kinds of model files that are no ONNX. */
export type ForeignKind =
  | 'scikit-learn'
  | 'xgboost-pickle'
  | 'xgboost-classifier'
  | 'xgboost-regressor'
  | 'lightgbm-pickle'
  | 'lightgbm'
  | 'catboost'
  | 'pickle'
  | 'keras'
  | 'saved-model'
  | 'tflite'
  | 'torchscript'
  | 'torch'
  | 'pmml'
  | 'core-ml'
  | 'transformers'
  | 'gguf'
  | 'ort'
  | 'spark'
  | 'gzip'
  | 'zip';

export interface Export {
  /** The kind in words, to follow "is". */
  readonly what: string;
  readonly command: string;
  /** Packages of Python that the command needs. */
  readonly needs: string;
  readonly remark?: string;
}

const python = (...statements: readonly string[]) => `python -c "${statements.join('; ')}"`;

const floats = 'from onnxmltools.convert.common.data_types import FloatTensorType';
const loaded = (path: string) => `m = joblib.load('${path}')`;
const save = (converter: string, width: string) =>
  `onnxmltools.utils.save_model(onnxmltools.${converter}(m, initial_types=[('features', FloatTensorType([None, ${width}]))]), 'model.onnx')`;
/** Every ONNX Runtime of the last years knows these; some converters ask for newer ones than they can write. */
const opsets = "target_opset={'': 17, 'ai.onnx.ml': 3}";
const trust = 'Loading a pickle runs code from it: do it only with a file that you trust.';

const xgboost = (path: string, estimator: string): Export => ({
  what: 'an XGBoost model',
  command: python(
    `import xgboost, onnxmltools`,
    floats,
    `m = xgboost.${estimator}()`,
    `m.load_model('${path}')`,
    save('convert_xgboost', 'm.n_features_in_'),
  ),
  needs: 'xgboost onnxmltools',
});

/** @param path how the person named the file; it stands in the command */
export const exports: Readonly<Record<ForeignKind, (path: string) => Export>> = {
  'scikit-learn': (path) => ({
    what: 'a pickled scikit-learn model',
    command: python(
      'import joblib, numpy',
      'from skl2onnx import to_onnx',
      loaded(path),
      `open('model.onnx', 'wb').write(to_onnx(m, numpy.zeros((1, m.n_features_in_), 'float32'), ${opsets}).SerializeToString())`,
    ),
    needs: 'skl2onnx joblib',
    remark: `A pipeline over columns of several types wants a row of them in place of the zeros: to_onnx(m, X[:1], ...). ${trust}`,
  }),
  'xgboost-pickle': (path) => ({
    what: 'a pickled XGBoost model',
    command: python('import joblib, onnxmltools', floats, loaded(path), save('convert_xgboost', 'm.n_features_in_')),
    needs: 'xgboost onnxmltools joblib',
    remark: trust,
  }),
  'xgboost-classifier': (path) => xgboost(path, 'XGBClassifier'),
  'xgboost-regressor': (path) => xgboost(path, 'XGBRegressor'),
  'lightgbm-pickle': (path) => ({
    what: 'a pickled LightGBM model',
    command: python('import joblib, onnxmltools', floats, loaded(path), save('convert_lightgbm', 'm.n_features_in_')),
    needs: 'lightgbm onnxmltools joblib',
    remark: trust,
  }),
  lightgbm: (path) => ({
    what: 'a LightGBM model',
    command: python(
      'import lightgbm, onnxmltools',
      floats,
      `m = lightgbm.Booster(model_file='${path}')`,
      save('convert_lightgbm', 'm.num_feature()'),
    ),
    needs: 'lightgbm onnxmltools',
  }),
  catboost: (path) => ({
    what: 'a CatBoost model',
    command: python(
      'import catboost',
      `m = catboost.CatBoost().load_model('${path}')`,
      `m.save_model('model.onnx', format='onnx')`,
    ),
    needs: 'catboost',
  }),
  pickle: (path) => ({
    what: 'a Python pickle of something that is not recognised',
    command: python('import joblib', loaded(path), 'print(type(m))'),
    needs: 'joblib',
    remark: `That tells what it is; skl2onnx exports scikit-learn, onnxmltools XGBoost and LightGBM, torch.onnx PyTorch. ${trust}`,
  }),
  keras: (path) => ({
    what: 'a Keras model',
    command: python('import keras', `keras.saving.load_model('${path}').export('model.onnx', format='onnx')`),
    needs: 'keras tensorflow tf2onnx',
  }),
  'saved-model': (path) => ({
    what: 'a TensorFlow SavedModel',
    command: `python -m tf2onnx.convert --saved-model "${path}" --output model.onnx`,
    needs: 'tensorflow tf2onnx',
  }),
  tflite: (path) => ({
    what: 'a TensorFlow Lite model',
    command: `python -m tf2onnx.convert --tflite "${path}" --output model.onnx`,
    needs: 'tensorflow tf2onnx',
  }),
  torchscript: (path) => ({
    what: 'a TorchScript model',
    command: python(
      'import torch',
      `m = torch.jit.load('${path}').eval()`,
      `torch.onnx.export(m, (torch.zeros(1, COLUMNS),), 'model.onnx', input_names=['features'], dynamic_axes={'features': {0: 'batch'}}, dynamo=False)`,
    ),
    needs: 'torch onnx',
    remark: 'COLUMNS is the number of features; an image model takes torch.zeros(1, 3, HEIGHT, WIDTH).',
  }),
  torch: (path) => ({
    what: 'a PyTorch model or its weights',
    command: python(
      'import torch',
      `m = torch.load('${path}', weights_only=False).eval()`,
      `torch.onnx.export(m, (torch.zeros(1, COLUMNS),), 'model.onnx', input_names=['features'], dynamic_axes={'features': {0: 'batch'}}, dynamo=False)`,
    ),
    needs: 'torch onnx',
    remark: `Weights alone (a state_dict) must first be loaded into the class that they belong to. COLUMNS is the number of features. ${trust}`,
  }),
  pmml: () => ({
    what: 'a PMML document',
    command: python(
      'from skl2onnx import to_onnx',
      `open('model.onnx', 'wb').write(to_onnx(pipeline, X[:1], ${opsets}).SerializeToString())`,
    ),
    needs: 'skl2onnx',
    remark:
      'PMML has no converter to ONNX: run this where the model was trained, with the fitted pipeline and some of its rows.',
  }),
  'core-ml': (path) => ({
    what: 'a Core ML model',
    command: python(
      'import coremltools, onnxmltools',
      `onnxmltools.utils.save_model(onnxmltools.convert_coreml(coremltools.utils.load_spec('${path}')), 'model.onnx')`,
    ),
    needs: 'coremltools onnxmltools',
  }),
  transformers: (path) => ({
    what: 'the weights of a Transformers model',
    command: `optimum-cli export onnx --model "${folderOf(path)}" exported`,
    needs: 'optimum[onnxruntime]',
    remark: 'The folder holds config.json beside the weights.',
  }),
  gguf: () => ({
    what: 'a GGUF file, the weights of a language model for llama.cpp',
    command: 'optimum-cli export onnx --model ORIGINAL exported',
    needs: 'optimum[onnxruntime]',
    remark: 'ORIGINAL is the model that the GGUF file was made of.',
  }),
  ort: () => ({
    what: "a model in ONNX Runtime's own format, which only the version that wrote it can be trusted to read",
    command: 'sluice import ORIGINAL.onnx',
    needs: '',
    remark: 'ORIGINAL.onnx is the file that it was made of.',
  }),
  spark: (path) => ({
    what: 'a Spark ML model',
    command: python(
      'import onnxmltools',
      'from pyspark.ml import PipelineModel',
      'from onnxmltools.convert.common.data_types import FloatTensorType',
      `onnxmltools.utils.save_model(onnxmltools.convert_sparkml(PipelineModel.load('${path}'), 'model', [('features', FloatTensorType([None, COLUMNS]))]), 'model.onnx')`,
    ),
    needs: 'pyspark onnxmltools',
    remark: 'COLUMNS is the number of features.',
  }),
  gzip: (path) => ({ what: 'a compressed file', command: `gzip -d "${path}"`, needs: '' }),
  zip: (path) => ({ what: 'an archive', command: `unzip "${path}"`, needs: '' }),
};

const folderOf = (path: string) => path.replace(/[\\/][^\\/]*$/, '') || '.';
