import { describeFault, type Fault, valid } from '../../core/fault.ts';
import { inspectModel, type ModelFacts } from '../../core/graph/inspect.ts';
import { type ModelProto, writeOnnx } from '../../core/graph/onnx-file.ts';
import { twoClassTreeWarning } from '../../core/graph/repair/two-class-trees.ts';
import { unsafeParts } from '../../core/graph/safety/unsafe-parts.ts';
import { inputInfos } from '../../core/graph/tensor-infos.ts';
import { classNamesOf } from '../../core/import/class-names.ts';
import { guessManifest } from '../../core/import/guess-manifest.ts';
import { guessOutputs, type OutputGuesses } from '../../core/import/guess-outputs.ts';
import { taskOfTensors } from '../../core/import/input-widths.ts';
import { readInputExample } from '../../core/import/mlflow-model.ts';
import { planRows, type RowPlan } from '../../core/import/plan-rows.ts';
import type { Manifest } from '../../core/manifest/manifest.ts';
import { parseManifest } from '../../core/manifest/parse-manifest.ts';
import { buildGraph } from '../../core/pipeline/build-graph.ts';
import { nothingFitted } from '../../core/pipeline/fitted.ts';
import type { PackageFolder } from '../packages/package-folder.ts';
import { jsonText, manifestFile } from '../packages/read-package.ts';
import type { GivenFiles, ProbeModel, WithScratchFile } from './import-ports.ts';
import { openSource, type Source } from './open-source.ts';
import type { Proven } from './prove-model.ts';
import { limitsFor, proveOnRows } from './prove-on-rows.ts';
import { readSample } from './read-sample.ts';
import { repairModel } from './repair-model.ts';
import { withWeights } from './with-weights.ts';

export interface ImportRequest {
  /** An ONNX file or an MLflow folder, as the person named it. */
  readonly path: string;
  readonly name: string;
  readonly version: number;
  /** A CSV file with rows such as the model will get. */
  readonly samplePath?: string | undefined;
  /** How long a model of no size may take for all runs of a trial; large ones get more for being read. */
  readonly timeoutMs: number;
  /** Address of the JSON Schema of manifests, from the manifest on. */
  readonly schema?: string | undefined;
}

export interface ImportPorts {
  readonly files: GivenFiles;
  readonly probe: ProbeModel;
  readonly withScratchFile: WithScratchFile;
}

/** What an import found out, changed and guessed. */
export interface ImportReport {
  readonly facts: ModelFacts;
  /** What was changed in the model, each a sentence. */
  readonly repairs: readonly string[];
  /** What was seen by running it, each a sentence. */
  readonly proofs: readonly string[];
  /** What a person should know or look at, each a sentence. */
  readonly remarks: readonly string[];
  /** Both undefined for a model of tensors. */
  readonly plan: RowPlan | undefined;
  readonly outputs: OutputGuesses | undefined;
  readonly manifest: object;
  /** Records that came with the model, by the names of its features: good golden rows. */
  readonly exampleRows: readonly Readonly<Record<string, unknown>>[];
  /** Of the model's file in the package. */
  readonly bytes: number;
  readonly measured: { readonly loadMs: number; readonly rowMs: number; readonly memoryBytes: number };
}

/**
 * Imports a model: reads it, repairs it, tries it where it can do no harm, guesses a manifest, and writes both into an
 * open package.
 * @throws {ScoringError} `model.malformed` or `model.unsupported` with the reason; nothing is written then
 */
export async function importModel(
  { files, probe, withScratchFile }: ImportPorts,
  request: ImportRequest,
  folder: PackageFolder,
): Promise<ImportReport> {
  const source = await openSource(files, request.path);
  const sample = request.samplePath === undefined ? undefined : await readSample(files, request.samplePath);
  const whole = orRefuse(await withWeights(files, source), source.path);
  refuse(unsafeParts(whole.model), source.path);
  const repaired = orRefuse(repairModel(whole.model), source.path);
  const facts = inspectModel(repaired.model);
  const trial = { probe, withScratchFile, limits: limitsFor(facts.parameterBytes, request.timeoutMs) };
  const inputs = inputInfos(repaired.model.graph!);
  const plan = planRows(repaired.model.graph!, inputs, {
    metadata: new Map(Object.entries(facts.metadata)),
    signature: source.mlflow?.inputs,
    sample: sample?.columns,
  });
  const proven = orRefuse(await proveOnRows(trial, whole.model, repaired.model, plan), source.path);
  const outputs = plan === undefined ? undefined : guessesFor(proven, source);
  const manifest = guessManifest({
    name: request.name,
    version: request.version,
    schema: request.schema,
    description: `Imported from ${facts.producer === '' ? 'an ONNX file' : facts.producer}.`,
    task: outputs?.task ?? taskOfTensors(inputs),
    takesOneRow: proven.batchRows === 1,
    rows: plan && outputs && { columns: plan.columns, features: plan.features, outputs, csv: sample?.dialect },
  });
  const parsed = valid(parseManifest(manifest), 'The guessed manifest');
  const bytes = proven.model === source.model ? source.bytes : writeOnnx(proven.model);
  await folder.write('model.onnx', bytes);
  await folder.write(manifestFile, jsonText(manifest));
  return {
    facts,
    repairs: [...whole.changes, ...repaired.changes, ...proven.changes],
    proofs: proven.proofs,
    remarks: [
      ...(sample?.remarks ?? []),
      ...(plan?.features.flatMap(({ remarks }) => remarks) ?? []),
      ...(outputs?.remarks ?? []),
      ...buildRemarks(parsed, proven.model),
    ],
    plan,
    outputs,
    manifest,
    exampleRows: readInputExample(source.example, plan?.columns.map(({ name }) => name) ?? []),
    bytes: bytes.length,
    measured: proven.tried,
  };
}

/** Why `sluice build` would refuse the package as it is. */
function buildRemarks(manifest: Manifest, model: ModelProto): string[] {
  const built = buildGraph(manifest, nothingFitted, model, {});
  return Array.isArray(built) ? built.map((fault) => `It cannot be built yet: ${describeFault(fault)}.`) : [];
}

function guessesFor({ tried, model }: Proven, { mlflow }: Source): OutputGuesses {
  return guessOutputs({
    outputs: tried.outputs,
    rows: tried.rows,
    classes: classNamesOf(inspectModel(model)),
    signature: mlflow?.outputs ?? [],
    operators: new Map(
      model.graph!.node.flatMap(({ opType, output }) => output.map((name) => [name, opType] as const)),
    ),
    labelDoubt: twoClassTreeWarning(model),
  });
}

/** @throws {ScoringError} what is wrong with the model */
function orRefuse<T extends object>(value: T | Fault, path: string): T {
  return 'code' in value ? valid<T>([value as Fault], path) : (value as T);
}

/** @throws {ScoringError} when there are faults */
const refuse = (faults: Fault[], path: string): void => {
  if (faults.length > 0) valid(faults, path);
};
