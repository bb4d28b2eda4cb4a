import { type Export, exports, type ForeignKind } from './export-commands.ts';

/** What is looked at of a file or folder to tell what it is. */
export interface Glimpse {
  /** How the person named it. */
  readonly path: string;
  /** The first and the last bytes of a file. */
  readonly head: Uint8Array;
  readonly tail: Uint8Array;
  /** Names inside a folder; absent for a file. */
  readonly entries?: readonly string[];
}

/**
 * Recognises a model of another kind by what is inside, whatever its name says.
 * @returns undefined for what may be an ONNX file, or an MLflow folder
 */
export function foreignByContent(glimpse: Glimpse): ForeignKind | undefined {
  if (glimpse.entries !== undefined) return folderKind(glimpse.entries);
  const text = latin1(glimpse.head);
  return signatures.find(([, matches]) => matches(text, glimpse))?.[0];
}

/** Guesses by the name, for what is no ONNX file and has no bytes to tell it by. */
export function foreignByName(path: string): ForeignKind | undefined {
  const ending = /\.([a-z0-9]+)$/i.exec(path)?.[1]?.toLowerCase() ?? '';
  return kindByEnding[ending];
}

/** The sentence and the command that answer a model of another kind. */
export function exportAdvice(kind: ForeignKind, path: string): string {
  const { what, command, needs, remark }: Export = exports[kind](pathInCommand(path));
  const where = needs === '' ? '' : ` (pip install ${needs})`;
  const more = remark === undefined ? '' : `\n${remark}`;
  return `${path} is ${what}, not an ONNX file. It becomes one with${where}:\n\n  ${command}\n${more}`.trimEnd();
}

/** A path that means the same inside quotes of every shell and of Python; others are left to the reader to put in. */
const pathInCommand = (path: string): string =>
  /^[\p{L}\p{N}_./\\ :~+@,=-]+$/u.test(path) ? path.replaceAll('\\', '/') : 'FILE';

/** Each byte as the character of its number. */
const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');

type Matches = (head: string, glimpse: Glimpse) => boolean;

const isZip = (head: string) => head.startsWith('PK\x03\x04');
/** The opcode PROTO and a version, or an older pickle, which begins with the module of a class. */
const isPickle = (head: string) =>
  (head.startsWith('\x80') && head.charCodeAt(1) <= 5) || /^c(?:copy_reg|sklearn|xgboost|lightgbm)/.test(head);
const hasLearner = (head: string) => head.startsWith('{') && head.slice(0, 256).includes('learner');
const classifies = ({ head, tail }: Glimpse) => /(?:binary|multi):/.test(latin1(head) + latin1(tail));

/** Signs in the first bytes, the most certain first. */
const signatures: readonly (readonly [ForeignKind, Matches])[] = [
  ['keras', (head) => head.startsWith('\x89HDF\r\n\x1a\n')],
  ['keras', (head) => isZip(head) && /metadata\.json|config\.json|model\.weights\.h5/.test(head)],
  ['torchscript', (head) => isZip(head) && /\/code\/|\/constants\.pkl/.test(head)],
  ['torch', (head) => isZip(head) && /\/data\.pkl|\/version/.test(head)],
  // The number with which PyTorch began its files before they were archives.
  ['torch', (head) => isPickle(head) && head.includes('\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.')],
  ['lightgbm-pickle', (head) => isPickle(head) && head.includes('lightgbm')],
  ['xgboost-pickle', (head) => isPickle(head) && head.includes('xgboost')],
  ['catboost', (head) => isPickle(head) && head.includes('catboost')],
  ['torch', (head) => isPickle(head) && /\btorch\b/.test(head)],
  ['scikit-learn', (head) => isPickle(head) && head.includes('sklearn')],
  ['pickle', isPickle],
  ['xgboost-classifier', (head, glimpse) => hasLearner(head) && classifies(glimpse)],
  ['xgboost-regressor', hasLearner],
  ['lightgbm', (head) => /^tree\r?\n/.test(head) && head.includes('num_class=')],
  ['catboost', (head) => head.startsWith('CBM1')],
  ['tflite', (head) => head.slice(4, 8) === 'TFL3'],
  ['ort', (head) => head.slice(4, 8) === 'ORTM'],
  ['gguf', (head) => head.startsWith('GGUF')],
  ['pmml', (head) => /<(?:\w+:)?PMML[\s>]/.test(head)],
  ['transformers', (head) => /^[\s\S]{8}\{.*"(?:dtype|__metadata__)"/.test(head.slice(0, 4096))],
  ['gzip', (head) => head.startsWith('\x1f\x8b')],
  ['zip', isZip],
];

function folderKind(entries: readonly string[]): ForeignKind | undefined {
  if (entries.includes('saved_model.pb')) return 'saved-model';
  if (entries.includes('metadata') && (entries.includes('stages') || entries.includes('data'))) return 'spark';
  if (entries.includes('config.json') && entries.some((name) => /\.(safetensors|bin)$/.test(name)))
    return 'transformers';
  return undefined;
}

const kindByEnding: Readonly<Record<string, ForeignKind>> = {
  pkl: 'pickle',
  pickle: 'pickle',
  joblib: 'scikit-learn',
  h5: 'keras',
  hdf5: 'keras',
  keras: 'keras',
  pt: 'torch',
  pth: 'torch',
  bin: 'transformers',
  safetensors: 'transformers',
  pmml: 'pmml',
  mlmodel: 'core-ml',
  tflite: 'tflite',
  gguf: 'gguf',
  ort: 'ort',
  cbm: 'catboost',
  ubj: 'xgboost-classifier',
  pb: 'saved-model',
};
