import { describeValue, type Fault, pointerTo } from '../fault.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { checkDocument } from '../schema-faults.ts';
import type { Column, Group } from '../steps/columns.ts';
import type { StepKind } from '../steps/step.ts';
import { type Step, stepKinds } from '../steps/step-kinds.ts';
import { areFaults, type Pipeline } from './pipeline.ts';

/** A kind of step without its own types: the schemas have checked what is handed to it. */
export type AnyStepKind = StepKind<Step, unknown>;

export const kindOf = (step: Step): AnyStepKind => stepKinds[step.step] as unknown as AnyStepKind;

/**
 * The columns that a step works on.
 * @returns them, or a fault for each name that means nothing or a column of another kind
 */
export function columnsForStep(pipeline: Pipeline, step: Step, index: number): Group[] | Fault[] {
  const path = pointerTo('steps', index, 'features');
  const groups = pipeline.findAll(step.features, path);
  if (areFaults(groups)) return groups as Fault[];
  const kinds = kindOf(step).takes(step);
  const wrong = groups.flatMap((group, i) => {
    const column = group.columns.find(({ kind }) => !kinds.includes(kind));
    return column === undefined ? [] : [wrongKind(step, column, kinds, `${path}/${i}`)];
  });
  return wrong.length > 0 ? wrong : groups;
}

const wrongKind = (step: Step, column: Column, kinds: readonly string[], path: string): Fault => ({
  code: 'manifest.invalid',
  path,
  expected: `a ${kinds.join(' or ')} column for the step ${step.step}`,
  got: `${describeValue(column.name)}, a ${column.kind}`,
});

/** What step `index` has learned: undefined when nothing, or why there is nothing. */
export type LearnedValues = (index: number) => unknown;

/**
 * Adds step `index` of a manifest to a pipeline.
 * @returns what is wrong with it
 */
export function emitStep(pipeline: Pipeline, { steps }: Manifest, learned: LearnedValues, index: number): Fault[] {
  const step = steps[index] as Step;
  const path = pointerTo('steps', index);
  const kind = kindOf(step);
  const inStep = (faults: readonly Fault[]) => faults.map((fault) => ({ ...fault, path: `${path}${fault.path}` }));
  const own = kind.check?.(step) ?? [];
  if (own.length > 0) return inStep(own);
  const groups = columnsForStep(pipeline, step, index);
  if (areFaults(groups)) return groups as Fault[];
  const columns = (groups as Group[]).flatMap((group) => group.columns);
  const values = valuesFor(step, columns, learned(index), path);
  if ('faults' in values) return values.faults;
  const misfits = kind.checkColumns?.(step, values.values, columns) ?? [];
  if (misfits.length > 0) return inStep(misfits);
  const emitted = kind.emit(pipeline.graph, step, values.values, groups as Group[]);
  if (emitted.outliers !== undefined) pipeline.outliers.push({ ...emitted.outliers, path });
  pipeline.define(emitted.groups);
  pipeline.stages.push({
    kind: step.step,
    path,
    takes: columns.map(({ name }) => name),
    makes: emitted.groups.flatMap((group) => group.columns.map(({ name }) => name)),
  });
  return [];
}

/** What a step works with: given in the manifest itself, or learned. */
function valuesFor(
  step: Step,
  columns: readonly Column[],
  learned: unknown,
  path: string,
): { values: unknown } | { faults: Fault[] } {
  const kind = kindOf(step);
  const given = 'values' in step ? step.values : undefined;
  if (given !== undefined || kind.values === undefined) return { values: given };
  if (learned === undefined) {
    const needs = kind.learner?.(step, columns) !== undefined;
    return needs ? { faults: [unfitted(path, 'nothing')] } : { values: undefined };
  }
  if (isFault(learned)) return { faults: [learned] };
  const values = checkDocument(kind.values, learned, 'manifest.invalid');
  return Array.isArray(values) && areFaults(values)
    ? { faults: values.map((fault) => ({ ...fault, path: `${path}/values${fault.path}` })) }
    : { values };
}

const isFault = (value: unknown): value is Fault =>
  typeof value === 'object' && value !== null && 'code' in value && 'expected' in value;

/** A step whose values nobody has learned, or not for this pipeline. */
export const unfitted = (path: string, got: string): Fault => ({
  code: 'fit.missing',
  path,
  expected: 'what `sluice fit` learns for this step, or its `values` in the manifest',
  got,
});
