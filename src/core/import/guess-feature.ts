import { limits } from '../limits.ts';
import type { Feature } from '../manifest/features.ts';
import type { TensorType } from '../tensor.ts';
import type { ColumnHints } from './input-hints.ts';
import type { InputColumn } from './name-columns.ts';
import type { SampleColumn } from './sniff-columns.ts';

/** A feature as it may stand in a manifest, what it was guessed from, and what a person should know of it. */
export interface FeatureGuess {
  readonly feature: Feature;
  readonly input: string;
  /** What the guess stands on, in a few words. */
  readonly from: string;
  readonly remarks: readonly string[];
}

type Kind = Pick<Feature, 'type'> & { readonly categories?: readonly string[]; readonly from: string };

/** Guesses the feature that feeds a column of the model. */
export function guessFeature(column: InputColumn, hints: ColumnHints | undefined): FeatureGuess {
  const { name, input, type, sample } = column;
  const kind = kindOf(column, hints);
  const from = `name from ${column.from}; type from ${kind.from}`;
  const missing = missingOf(column, kind, hints);
  const feature = {
    name,
    type: kind.type,
    description: `Guessed: ${from}. Check.`,
    ...(kind.categories !== undefined && { categories: kind.categories }),
    ...(sample !== undefined && sample.name !== name && { aliases: [sample.name] }),
    ...(missing !== undefined && { missing }),
  } as Feature;
  const remarks = [...sampleRemarks(name, type, sample, kind), ...missingRemarks(name, sample, missing)];
  return { feature, input, from, remarks };
}

const isFloat = (type: TensorType) => type === 'float32' || type === 'float64';

function kindOf(column: InputColumn, hints: ColumnHints | undefined): Kind {
  if (column.type === 'bool') return { type: 'boolean', from: "the input's bool" };
  return column.type === 'string' ? textKind(column, hints) : numberKind(column);
}

function textKind({ sample }: InputColumn, hints: ColumnHints | undefined): Kind {
  const vocabulary = hints?.vocabulary ?? [];
  if (vocabulary.length > 0 && vocabulary.length <= limits.categoriesMax) {
    return { type: 'category', categories: vocabulary, from: "the texts that the model's encoder knows" };
  }
  if (sample?.type === 'category') return { ...categoriesOf(sample), from: 'the few texts of the sample' };
  return { type: 'text', from: "the input's string" };
}

function numberKind({ type, codes, signature, sample }: InputColumn): Kind {
  const hasTexts = sample?.type === 'category' || sample?.type === 'text';
  if (codes !== undefined && (sample === undefined || hasTexts)) {
    return { type: 'category', categories: codes, from: "the codes in the model's metadata" };
  }
  if (sample?.type === 'category') return { ...categoriesOf(sample), from: 'the few texts of the sample' };
  if (sample?.type === 'boolean') return { type: 'boolean', from: 'the sample' };
  if (sample?.type === 'timestamp' && (type === 'float64' || type === 'int64')) {
    return { type: 'timestamp', from: 'the times of the sample' };
  }
  if (!isFloat(type)) return { type: 'integer', from: `the input's ${type}` };
  if (signature?.type === 'boolean') return { type: 'boolean', from: 'the MLflow signature' };
  return { type: 'number', from: `the input's ${type}` };
}

const categoriesOf = ({ categories }: SampleColumn) => ({ type: 'category' as const, categories });

type Missing = Exclude<Feature['missing'], undefined>;

/** What is to happen to records without the value: the model decides where it can, else the sample's middle stands in. */
function missingOf(
  { type, sample, signature }: InputColumn,
  kind: Kind,
  hints: ColumnHints | undefined,
): Missing | undefined {
  const holdsNothing = isFloat(type) || type === 'string';
  if (hints?.keepsMissing === true && holdsNothing) return 'keep';
  if (sample === undefined) return signature?.isRequired === false && holdsNothing ? 'keep' : undefined;
  if (sample.missing === 0) return undefined;
  if (type === 'string') return 'keep';
  const common = sample.mostFrequent;
  if (kind.type === 'category') return common === undefined ? undefined : { impute: common };
  if (kind.type === 'boolean') return common === undefined ? undefined : { impute: /^(true|1)$/i.test(common) };
  if (sample.median === undefined) return undefined;
  return { impute: kind.type === 'integer' ? Math.round(sample.median) : sample.median };
}

function sampleRemarks(name: string, type: TensorType, sample: SampleColumn | undefined, kind: Kind): string[] {
  if (sample === undefined) return [];
  const remarks: string[] = [];
  const shown = (values: readonly string[]) => values.map((value) => JSON.stringify(value)).join(', ');
  if (sample.oddities.length > 0) {
    remarks.push(`${name}: ${shown(sample.oddities)} will be refused; a value that is missing must be an empty cell.`);
  }
  if (kind.type === 'integer' && sample.type === 'number') {
    remarks.push(`${name}: the sample has fractions, and the model takes ${type}.`);
  }
  if ((kind.type === 'number' || kind.type === 'integer') && (sample.type === 'text' || sample.type === 'timestamp')) {
    remarks.push(`${name}: the sample has ${sample.type === 'text' ? 'texts' : 'times'}, and the model takes ${type}.`);
  }
  if (kind.type === 'category' && type !== 'string' && kind.categories === sample.categories) {
    remarks.push(
      `${name}: the model takes numbers; that ${shown(sample.categories)} mean 0, 1, ... is a guess by the alphabet.`,
    );
  }
  const unknown = kind.type === 'category' ? sample.categories.filter((each) => !kind.categories?.includes(each)) : [];
  if (unknown.length > 0) remarks.push(`${name}: the model does not know ${shown(unknown)}, which the sample has.`);
  return remarks;
}

function missingRemarks(name: string, sample: SampleColumn | undefined, missing: Missing | undefined): string[] {
  if (sample === undefined || sample.missing === 0) return [];
  const share = `${sample.missing} of ${sample.cells.length} cells of the sample are empty`;
  if (missing === undefined) return [`${name}: ${share}; such records will be refused.`];
  if (missing === 'keep') return [`${name}: ${share}; the model gets them as missing.`];
  return [`${name}: ${share}; ${JSON.stringify((missing as { impute: unknown }).impute)} will stand in for them.`];
}
