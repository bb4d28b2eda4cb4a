import type { ModelProto } from 'onnx-buf';
import type { Fault } from '../fault.ts';
import type { Feature } from '../manifest/features.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { assemble, type Column, type Group } from '../steps/columns.ts';
import type { Learner } from '../steps/step.ts';
import type { Step } from '../steps/step-kinds.ts';
import { compilePipeline } from './compile.ts';
import { columnsForStep, kindOf, type LearnedValues } from './emit-step.ts';
import { areFaults, type Pipeline } from './pipeline.ts';
import { stageGraph } from './stage-graph.ts';

/** A step that learns in a stage of the fit. */
export interface LearningStep {
  readonly index: number;
  readonly step: Step;
  readonly learner: Learner<unknown>;
  /** Output of the stage's graph that holds its columns [N, k]. */
  readonly output: string;
  readonly target?: Target;
}

/** The column of the data that a supervised step looks at. */
export interface Target {
  readonly name: string;
  /** Classes are numbered as they come. */
  readonly kind: 'number' | 'class';
}

/** Steps that can learn at once, and the graph that computes what they see from rows. */
export interface FitStage {
  readonly graph: ModelProto;
  readonly steps: readonly LearningStep[];
}

/** The target of a step that has one. */
export function targetOf(step: Step): Target | undefined {
  if (!('target' in step) || step.target === undefined) return undefined;
  return { name: String(step.target), kind: 'score' in step && step.score === 'f_regression' ? 'number' : 'class' };
}

/** The manifest with the targets of its steps among the features: rows for a fit carry them. */
export function withTargets(manifest: Manifest): Manifest {
  const targets = new Map<string, Feature>();
  for (const step of manifest.steps) {
    const target = targetOf(step);
    if (target === undefined || manifest.features.some(({ name }) => name === target.name)) continue;
    targets.set(target.name, { name: target.name, type: target.kind === 'number' ? 'number' : 'category' });
  }
  return { ...manifest, features: [...manifest.features, ...targets.values()] };
}

/**
 * The next steps that must learn: the first that has not, and those behind it that do not wait for it.
 * @param manifest with the vocabularies of its features and the targets of its steps
 * @returns the stage, without steps when all is learned; or what is wrong with the manifest
 */
export function nextFitStage(manifest: Manifest, learned: LearnedValues, opset: number): FitStage | Fault[] {
  let first = -1;
  let pipeline: Pipeline | Fault[] = [];
  do {
    first = nextWithout(manifest, learned, first + 1);
    pipeline = compilePipeline(manifest, learned, opset, first);
    if (Array.isArray(pipeline)) return pipeline;
    const faults = first < manifest.steps.length ? faultsOf(pipeline, manifest.steps[first] as Step, first) : [];
    if (faults.length > 0) return faults;
  } while (first < manifest.steps.length && learningStep(pipeline, manifest, first) === undefined);
  const steps = independentSteps(pipeline, manifest, learned, first);
  const outputs = steps.map(({ output, columns }) => ({
    name: output,
    value: assemble((pipeline as Pipeline).graph, columns),
    width: columns.length,
    kind: columns[0]?.kind === 'category' ? ('codes' as const) : ('numbers' as const),
  }));
  return { graph: stageGraph(pipeline.graph, manifest.features, outputs), steps };
}

/** Position of the next step that may have to learn; the number of steps when there is none. */
function nextWithout({ steps }: Manifest, learned: LearnedValues, from: number): number {
  const index = steps.findIndex(
    (step, i) =>
      i >= from && kindOf(step).learner !== undefined && !('values' in step && step.values) && learned(i) === undefined,
  );
  return index < 0 ? steps.length : index;
}

function faultsOf(pipeline: Pipeline, step: Step, index: number): Fault[] {
  const groups = columnsForStep(pipeline, step, index);
  return areFaults(groups) ? (groups as Fault[]) : [];
}

type StepWithColumns = LearningStep & { readonly columns: readonly Column[] };

function learningStep(pipeline: Pipeline, { steps }: Manifest, index: number): StepWithColumns | undefined {
  const step = steps[index] as Step;
  const groups = columnsForStep(pipeline, step, index);
  if (areFaults(groups)) return undefined;
  const columns = (groups as Group[]).flatMap((group) => group.columns);
  const learner = kindOf(step).learner?.(step, columns);
  if (learner === undefined) return undefined;
  const target = targetOf(step);
  const common = { index, step, learner, output: `sluice/step-${index}`, columns };
  return target === undefined ? common : { ...common, target };
}

/** From the first on: steps whose columns are there already and are left alone by all that has not learned before them. */
function independentSteps(
  pipeline: Pipeline,
  manifest: Manifest,
  learned: LearnedValues,
  first: number,
): StepWithColumns[] {
  const touched = new Set<string>();
  const found: StepWithColumns[] = [];
  for (let index = first; index < manifest.steps.length; index++) {
    const step = manifest.steps[index] as Step;
    const isFree = step.features.every((name) => !touched.has(name));
    const candidate =
      isFree && nextWithout(manifest, learned, index) === index ? learningStep(pipeline, manifest, index) : undefined;
    if (candidate !== undefined) found.push(candidate);
    for (const name of step.features) touched.add(name);
    if ('as' in step && step.as !== undefined) touched.add(String(step.as));
  }
  return found;
}
