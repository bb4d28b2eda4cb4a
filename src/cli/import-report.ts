import type { FeatureGuess } from '../core/import/guess-feature.ts';
import type { OutputGuess } from '../core/import/guess-outputs.ts';
import type { CsvDialectInput } from '../core/manifest/csv.ts';
import type { ImportReport } from '../scoring/import/import-model.ts';
import { describeDialect } from './describe-dialect.ts';
import { formatNumber, formatTable } from './table.ts';

/** How many records of the input example became golden rows, or why none did. */
export type GoldenNews = number | string;

/**
 * What `sluice import` says to people.
 * @param label the version that was begun: `models/titanic/1`
 */
export function importText(path: string, label: string, report: ImportReport, golden: GoldenNews): string {
  const { repairs, proofs, remarks, plan, outputs, manifest } = report;
  const { csv } = manifest as { readonly csv?: CsvDialectInput };
  const taken =
    typeof golden === 'number' && golden > 0
      ? [`${golden} records of the input example are golden rows now: they are scored as the model scores them.`]
      : [];
  const refused = typeof golden === 'string' ? [`The input example could not be taken as golden rows: ${golden}`] : [];
  const tensors = 'It takes tensors, not rows: it has no features, and is called with the Open Inference Protocol.';
  return [
    `${path}: ${describeModel(report)}`,
    section('Repaired', repairs),
    section('Tried', [...proofs, ...taken]),
    plan === undefined ? tensors : featureTable(plan.features),
    outputs && outputTable(outputs.outputs),
    outputs?.classes && `classes: ${outputs.classes.join(', ')}`,
    csv && section('Files', [describeDialect(csv)]),
    section('Look at', [...remarks, ...refused]),
    `${label}/manifest.json holds these guesses: check it, then run: sluice build ${label.split('/')[1]}`,
  ]
    .filter((part) => part !== undefined)
    .join('\n\n');
}

/** The same for machines. */
export const importJson = ({ facts, plan, outputs, measured, ...report }: ImportReport): object => ({
  ...report,
  producer: facts.producer,
  opsets: facts.opsets,
  operators: facts.operators,
  features: plan?.features.map(({ feature, input, from }) => ({ ...feature, input, from })) ?? [],
  outputs: outputs?.outputs ?? [],
  loadMs: measured.loadMs,
  rowMs: measured.rowMs,
  memoryBytes: measured.memoryBytes,
});

function describeModel({ facts, bytes, measured }: ImportReport): string {
  const producer = facts.producer === '' ? 'an unknown producer' : facts.producer;
  const opsets = Object.entries(facts.opsets).map(([domain, version]) => `${domain} ${version}`);
  const [load, row] = [formatNumber(measured.loadMs), formatNumber(measured.rowMs)];
  return `by ${producer}, ${opsets.join(', ')}; ${formatNumber(bytes)} bytes, loads in ${load} ms, takes ${row} ms a row`;
}

const section = (title: string, sentences: readonly string[]): string | undefined =>
  sentences.length === 0 ? undefined : [title, ...sentences.map((sentence) => `  ${sentence}`)].join('\n');

const featureTable = (features: readonly FeatureGuess[]): string =>
  formatTable(
    ['feature', 'type', 'missing', 'input', 'guessed'],
    features.map(({ feature, input, from }) => [
      feature.name,
      feature.type === 'category' ? `category of ${feature.categories?.length ?? 0}` : feature.type,
      typeof feature.missing === 'object' ? JSON.stringify(feature.missing.impute) : (feature.missing ?? 'reject'),
      input,
      from,
    ]),
  );

const outputTable = (outputs: readonly OutputGuess[]): string =>
  formatTable(
    ['output', 'kind', 'tensor', 'guessed'],
    outputs.map(({ name, spec, from }) => [name, spec.kind, spec.tensor, `from ${from}`]),
  );
