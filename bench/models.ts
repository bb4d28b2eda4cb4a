import { fileURLToPath } from 'node:url';
import { FileModelRepository } from '../src/adapters/file-model-repository.ts';
import { loadOnnxScorer } from '../src/adapters/onnx-scorer.ts';
import { ModelRegistry } from '../src/scoring/model-registry.ts';

/** The model that comes with the project. */
export const bundledModels = fileURLToPath(new URL('../models', import.meta.url));

/** A registry over a folder of models. */
export const registryOf = (folder: string): ModelRegistry =>
  new ModelRegistry(new FileModelRepository(folder), loadOnnxScorer);

/** A registry in which one model of several takes the stream and all files. */
export function routedRegistry(folder: string, model: string): ModelRegistry {
  const repository = new FileModelRepository(folder);
  repository.routes = async () => ({ streams: [{ hub: 'telemetry', model }], files: [{ prefix: '', model }] });
  return new ModelRegistry(repository, loadOnnxScorer);
}
