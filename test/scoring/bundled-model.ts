import { fileURLToPath } from 'node:url';
import { makeFleet } from '../../local/devices/fleet.ts';
import type { MachineReading } from '../../local/devices/milling-process.ts';
import { FileModelRepository } from '../../src/adapters/file-model-repository.ts';
import { loadOnnxScorer } from '../../src/adapters/onnx-scorer.ts';
import { type LoadedModel, loadModel } from '../../src/scoring/loaded-model.ts';
import type { Log } from '../../src/scoring/ports.ts';

/** Where the models lie that come with the project. */
export const bundledModels = fileURLToPath(new URL('../../models', import.meta.url));

/** The model `machine-failure`, in ONNX Runtime. */
export const bundledModel = async (): Promise<LoadedModel> =>
  loadModel(await new FileModelRepository(bundledModels).open('machine-failure', 1), loadOnnxScorer);

/** Readings of 20 simulated machines, always the same. */
export function readings(count: number): MachineReading[] {
  return makeFleet({ machines: 20, seed: 7, eventsPerSecond: 1_000 })
    .take(count)
    .map(({ observation }) => observation.reading);
}

/** A log that keeps its lines. */
export function keepingLog(): Log & { lines: { level: string; message: string; fields?: object | undefined }[] } {
  const lines: { level: string; message: string; fields?: object | undefined }[] = [];
  const at = (level: string) => (message: string, fields?: object) => void lines.push({ level, message, fields });
  return { lines, information: at('information'), warning: at('warning'), error: at('error') };
}
