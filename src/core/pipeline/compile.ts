import { emitExpression } from '../derive/emit-expression.ts';
import { namesIn, parseExpression } from '../derive/parse-expression.ts';
import { describeValue, type Fault, pointerTo } from '../fault.ts';
import type { Value } from '../graph/double-graph.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { assemble, type Column, numberColumns } from '../steps/columns.ts';
import { emitStep, type LearnedValues } from './emit-step.ts';
import { areFaults, Pipeline } from './pipeline.ts';
import { sourceColumns } from './source-columns.ts';

/**
 * Compiles the features, derived features and steps of a manifest.
 * @param learned what the steps have learned
 * @param opset the version of ai.onnx whose operators may be used
 * @param stepCount how many of the steps; all unless said otherwise
 * @returns the pipeline, or everything that is wrong
 */
export function compilePipeline(
  manifest: Manifest,
  learned: LearnedValues,
  opset: number,
  stepCount: number = manifest.steps.length,
): Pipeline | Fault[] {
  const pipeline = new Pipeline(opset);
  pipeline.define(
    sourceColumns(pipeline.graph, manifest.features).map((column) => ({ name: column.name, columns: [column] })),
  );
  for (const [name, text] of Object.entries(manifest.derive)) {
    const faults = defineDerived(pipeline, name, text);
    if (faults.length > 0) return faults;
  }
  for (let index = 0; index < stepCount; index++) {
    const faults = emitStep(pipeline, manifest, learned, index);
    if (faults.length > 0) return faults;
  }
  return pipeline;
}

function defineDerived(pipeline: Pipeline, name: string, text: string): Fault[] {
  const path = pointerTo('derive', name);
  const invalid = (expected: string, got: unknown): Fault[] => [
    { code: 'manifest.invalid', path, expected, got: describeValue(got) },
  ];
  if (pipeline.find(name) !== undefined) return invalid('a name that no feature has', name);
  const expression = parseExpression(text);
  if ('code' in expression) return [{ ...expression, path }];
  const takes = namesIn(expression);
  const groups = pipeline.findAll(takes, path);
  if (areFaults(groups)) return groups.map((fault) => ({ ...fault, path }));
  const wrong = groups.find(({ columns }) => columns.length !== 1 || columns[0]?.kind !== 'number');
  if (wrong !== undefined) return invalid('numbers only in an expression', wrong.name);
  const { graph } = pipeline;
  const columns = new Map(groups.map((group) => [group.name, group.columns[0] as Column]));
  const read = new Map<string, Value>();
  const value = emitExpression(graph, expression, (each) => {
    const known = read.get(each) ?? assemble(graph, [columns.get(each) as Column]);
    read.set(each, known);
    return known;
  });
  const mayBeMissing = [...columns.values()].some((column) => column.mayBeMissing);
  pipeline.define([{ name, columns: numberColumns(value, [name], mayBeMissing) }]);
  pipeline.stages.push({ kind: 'derive', path, takes, makes: [name] });
  return [];
}
