import { join } from 'node:path';
import { describeFault, ScoringError } from '../../core/fault.ts';
import { type ModelProto, readOnnx } from '../../core/graph/onnx-file.ts';
import { exportAdvice, foreignByContent, foreignByName } from '../../core/import/foreign-models.ts';
import { type MlflowModel, readMlflowModel } from '../../core/import/mlflow-model.ts';
import { limits } from '../../core/limits.ts';
import type { GivenFiles } from './import-ports.ts';

/** An ONNX file that somebody brought, and what lies around it. */
export interface Source {
  /** Where the ONNX file itself lies. */
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly model: ModelProto;
  readonly mlflow: MlflowModel | undefined;
  /** The input example of MLflow, parsed. */
  readonly example: unknown;
}

const exampleBytesMax = 16 << 20;

/**
 * Opens what a person named: an ONNX file, an MLflow folder, or a folder with one ONNX file.
 * @throws {ScoringError} `model.malformed`; for a model of another kind with the command that exports it
 */
export async function openSource(files: GivenFiles, path: string): Promise<Source> {
  const found = await files.look(path);
  if (found === undefined) throw refused(`${path} is not there`);
  const foreign = foreignByContent(found);
  if (foreign !== undefined) throw refused(exportAdvice(foreign, path));
  if (found.entries === undefined) return readModel(files, path, undefined, undefined);
  if (found.entries.includes('MLmodel')) return openMlflow(files, path);
  const models = found.entries.filter((name) => name.endsWith('.onnx'));
  if (models.length === 1) return openSource(files, join(path, models[0] as string));
  const what = models.length === 0 ? 'no .onnx file and no MLmodel' : `${models.length} .onnx files: name one of them`;
  throw refused(`${path} is a folder with ${what}`);
}

async function openMlflow(files: GivenFiles, folder: string): Promise<Source> {
  const mlflow = readMlflowModel(await files.readYaml(join(folder, 'MLmodel')));
  if ('code' in mlflow) throw refused(`${folder}/MLmodel: ${describeFault(mlflow)}`);
  const path = join(folder, mlflow.modelFile);
  const found = await files.look(path);
  if (found === undefined) throw refused(`${folder}/MLmodel names ${mlflow.modelFile}, which is not there`);
  const foreign = foreignByContent(found) ?? (found.entries && foreignByName(path));
  if (foreign !== undefined) throw refused(exportAdvice(foreign, path));
  return readModel(files, path, mlflow, await readExample(files, folder, mlflow.exampleFile));
}

/** An example only helps: one that cannot be read is as good as none. */
async function readExample(files: GivenFiles, folder: string, name: string | undefined): Promise<unknown> {
  if (name === undefined || !name.endsWith('.json')) return undefined;
  try {
    return JSON.parse(new TextDecoder().decode(await files.read(join(folder, name), exampleBytesMax)));
  } catch {
    return undefined;
  }
}

async function readModel(
  files: GivenFiles,
  path: string,
  mlflow: MlflowModel | undefined,
  example: unknown,
): Promise<Source> {
  const bytes = await files.read(path, limits.modelBytesMax);
  const model = readOnnx(bytes);
  if (!('code' in model)) return { path, bytes, model, mlflow, example };
  const foreign = foreignByName(path);
  if (foreign !== undefined) throw refused(exportAdvice(foreign, path));
  throw refused(`${path}: ${describeFault(model)}`);
}

const refused = (message: string) => new ScoringError('model.malformed', message, { retryable: false });
