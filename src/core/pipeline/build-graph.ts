import { type ModelProto, TensorProto_DataType, type ValueInfoProto } from 'onnx-buf';
import type { Fault } from '../fault.ts';
import { fuse } from '../graph/fuse.ts';
import { pipelineOpset } from '../graph/lift.ts';
import { valueInfo } from '../graph/nodes.ts';
import { newestOpset } from '../graph/operator-set.ts';
import { inputInfos } from '../graph/tensor-infos.ts';
import { type Bank, banksOf } from '../manifest/banks.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { withCategories } from '../manifest/with-categories.ts';
import type { TensorInfo, TensorType } from '../tensor.ts';
import { compilePipeline } from './compile.ts';
import { type CompiledInputs, compileInputs } from './compile-inputs.ts';
import { type Contract, outlierOutput, overflowOutput } from './contract.ts';
import { type Fitted, fittedValues } from './fitted.ts';
import type { Pipeline } from './pipeline.ts';
import { bankInputs } from './source-columns.ts';

/** A pipeline and a model in one graph. */
export interface BuiltGraph {
  readonly scoring: ModelProto;
  readonly contract: Contract;
  readonly pipeline: Pipeline;
  /** Which column reaches which position of the model's inputs. */
  readonly positions: CompiledInputs['positions'];
}

/** What the graph carries about itself: `sluice.<name>` in its metadata. */
export type GraphMetadata = Readonly<Record<string, string>>;

/**
 * Compiles a manifest's preprocessing and puts it in front of the user's model. The same inputs give the same graph.
 * @param metadata more to say about the graph, beside what it says of its own rows
 * @returns the graph, or everything in which manifest, learned values and model do not fit
 */
export function buildGraph(
  written: Manifest,
  fitted: Fitted,
  model: ModelProto,
  metadata: GraphMetadata,
): BuiltGraph | Fault[] {
  const manifest = withCategories(written, fitted.categories);
  const faults = unlearned(manifest);
  if (faults.length > 0) return faults;
  // Nothing is put in front of a model of tensors, whatever its operators are.
  const opset = manifest.features.length === 0 ? newestOpset : pipelineOpset(model);
  if (typeof opset !== 'number') return [opset];
  const pipeline = compilePipeline(manifest, fittedValues(written, fitted), opset);
  if (Array.isArray(pipeline)) return pipeline;
  const inputs = model.graph === undefined ? [] : inputInfos(model.graph);
  const compiled = manifest.features.length === 0 ? noInputs : compileInputs(pipeline, manifest, inputs);
  if (Array.isArray(compiled)) return compiled;
  const banks = banksOf(manifest.features);
  const named = Object.fromEntries(
    Object.entries(banks).map(([bank, features]) => [bank, features.map(({ name }) => name)]),
  ) as Record<Bank, string[]>;
  const scoring = fuse(
    model,
    {
      opset,
      graph: pipeline.graph,
      inputs: bankInputs(manifest.features, pipeline.graph, compiled.feeds.values()),
      feeds: compiled.feeds,
      outputs: markOutputs(pipeline, compiled),
    },
    { ...metadata, ...rowsMetadata(manifest, named) },
  );
  return {
    scoring,
    contract: contractOf(manifest, inputs, pipeline, compiled),
    pipeline,
    positions: compiled.positions,
  };
}

const noInputs: CompiledInputs = { feeds: new Map(), positions: new Map() };

const unlearned = ({ features }: Manifest): Fault[] =>
  features.flatMap((feature, i) =>
    feature.type === 'category' && feature.categories === undefined
      ? [
          {
            code: 'fit.missing' as const,
            path: `/features/${i}/categories`,
            expected: `the categories of "${feature.name}", or \`sluice fit\` to learn them`,
            got: 'nothing',
          },
        ]
      : [],
  );

function markOutputs(pipeline: Pipeline, { overflow }: CompiledInputs): { value: string; info: ValueInfoProto }[] {
  const bools = (name: string, width: number) => valueInfo(name, TensorProto_DataType.BOOL, ['N', width]);
  return [
    ...(overflow === undefined
      ? []
      : [{ value: overflow.value, info: bools(overflowOutput, overflow.columns.length) }]),
    ...pipeline.outliers.map(({ value, columns }, i) => ({ value, info: bools(outlierOutput(i), columns.length) })),
  ];
}

/** What another runtime needs to make the feeds from rows, and names from classes. */
const rowsMetadata = (
  { name, version, features, classes }: Manifest,
  banks: Record<Bank, string[]>,
): GraphMetadata => ({
  'sluice.name': name,
  'sluice.version': String(version),
  ...(features.length > 0 && {
    'sluice.numbers': JSON.stringify(banks.numbers),
    'sluice.categories': JSON.stringify(
      Object.fromEntries(
        banks.categories.map((each) => {
          const feature = features.find((candidate) => candidate.name === each);
          return [each, feature?.type === 'category' ? feature.categories : []];
        }),
      ),
    ),
    'sluice.texts': JSON.stringify(banks.texts),
  }),
  ...(classes !== undefined && { 'sluice.classes': JSON.stringify(classes) }),
});

const contractOf = (
  { features }: Manifest,
  inputs: readonly TensorInfo[],
  pipeline: Pipeline,
  { overflow }: CompiledInputs,
): Contract => ({
  format: 1,
  inputTypes: Object.fromEntries(inputs.map(({ name, type }): [string, TensorType] => [name, type])),
  categories: Object.fromEntries(
    features.flatMap((feature) => (feature.type === 'category' ? [[feature.name, feature.categories ?? []]] : [])),
  ),
  overflow: [...(overflow?.columns ?? [])],
  outliers: pipeline.outliers.map(({ path, columns, action }) => ({ step: path, columns: [...columns], action })),
});
