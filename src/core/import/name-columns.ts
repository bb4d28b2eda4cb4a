import type { TensorInfo, TensorType } from '../tensor.ts';
import type { SignatureColumn } from './mlflow-model.ts';
import type { SampleColumn } from './sniff-columns.ts';

/** What may tell the names of a model's columns. */
export interface NameEvidence {
  /** `metadata_props` of the ONNX file. */
  readonly metadata: ReadonlyMap<string, string>;
  readonly signature?: readonly SignatureColumn[] | undefined;
  readonly sample?: readonly SampleColumn[] | undefined;
}

/** One column of a model's input, with all that is known of it beside its values. */
export interface InputColumn {
  readonly input: string;
  readonly type: TensorType;
  readonly name: string;
  /** Where the name comes from. */
  readonly from: string;
  /** Texts by their codes, as the model's metadata has them. */
  readonly codes?: readonly string[];
  readonly signature?: SignatureColumn;
  readonly sample?: SampleColumn;
}

interface Name {
  readonly name: string;
  readonly codes?: readonly string[];
}

interface Source {
  readonly from: string;
  readonly names: readonly Name[];
}

const nameCharactersMax = 128;

/**
 * Names the columns of a model's inputs: by the signature, the metadata or the header of a sample where these have as
 * many names as the model has columns, else by the inputs themselves.
 * @param inputs of one or two dimensions
 * @param widths number of columns of each input
 */
export function nameColumns(
  inputs: readonly TensorInfo[],
  widths: ReadonlyMap<string, number>,
  evidence: NameEvidence,
): InputColumn[] {
  const places = inputs.flatMap(({ name, type }) =>
    Array.from({ length: widths.get(name) ?? 0 }, (_, position) => ({ input: name, type, position })),
  );
  const isNamed = inputs.every(({ name }) => widths.get(name) === 1) && inputs.length > 1;
  const sources = [
    ...(isNamed ? [{ from: "the model's inputs", names: inputs.map(({ name }) => ({ name })) }] : []),
    ...sourcesOf(evidence, inputs),
    {
      from: "the model's inputs",
      names: places.map(({ input, position }) => numbered(inputs, widths, input, position)),
    },
  ];
  const { from, names } = sources.find((source) => fits(source, places.length)) ?? counted(places.length);
  const all = names.map(({ name }) => name);
  const signatures = matched(all, evidence.signature ?? []);
  const samples = matched(all, evidence.sample ?? []);
  return places.map(({ input, type }, i): InputColumn => {
    const { name, codes } = names[i] as Name;
    const [signature, sample] = [signatures.get(name), samples.get(name)];
    return {
      input,
      type,
      name,
      from,
      ...(codes !== undefined && { codes }),
      ...(signature !== undefined && { signature }),
      ...(sample !== undefined && { sample }),
    };
  });
}

const fits = ({ names }: Source, count: number): boolean =>
  names.length === count &&
  new Set(names.map(({ name }) => name)).size === count &&
  names.every(({ name }) => name.length > 0 && name.length <= nameCharactersMax);

const counted = (count: number): Source => ({
  from: 'their positions',
  names: Array.from({ length: count }, (_, i) => ({ name: `f${i}` })),
});

const numbered = (
  inputs: readonly TensorInfo[],
  widths: ReadonlyMap<string, number>,
  input: string,
  position: number,
): Name => {
  if (widths.get(input) === 1) return { name: input };
  return { name: inputs.length === 1 ? `f${position}` : `${input}_${position}` };
};

/** Number of columns that the signature or the metadata names. */
export const toldCount = ({ metadata, signature }: NameEvidence): number | undefined =>
  sourcesOf({ metadata, signature }, [])[0]?.names.length;

function sourcesOf({ metadata, signature, sample }: NameEvidence, inputs: readonly TensorInfo[]): Source[] {
  const told = ['features', 'feature_names', 'columns'].flatMap((key) => {
    const list = metadata.get(key);
    return list === undefined
      ? []
      : [{ from: `"${key}" of the model's metadata`, names: readList(list).map(withCodes) }];
  });
  return [
    ...(signature === undefined ? [] : [{ from: 'the MLflow signature', names: signature }]),
    ...told,
    ...(sample === undefined ? [] : sampleSources(sample, inputs)),
  ];
}

/** The header of the sample: all its columns, or those that fit a model of numbers alone, with or without the last. */
function sampleSources(sample: readonly SampleColumn[], inputs: readonly TensorInfo[]): Source[] {
  const takesTexts = inputs.some(({ type }) => type === 'string');
  const numbers = sample.filter(({ type }) => type === 'number' || type === 'integer' || type === 'boolean');
  const source = (from: string, columns: readonly SampleColumn[]): Source => ({
    from,
    names: columns.map(({ name }) => ({ name })),
  });
  const all = source("the sample's header", sample);
  const withoutLast = source(
    `the sample's header; "${sample.at(-1)?.name}" was taken for the target`,
    sample.slice(0, -1),
  );
  if (takesTexts) return [all, withoutLast];
  const last = numbers.at(-1)?.name;
  return [
    all,
    source("the columns of numbers of the sample's header", numbers),
    ...(last === sample.at(-1)?.name
      ? [
          source(
            `the columns of numbers of the sample's header; "${last}" was taken for the target`,
            numbers.slice(0, -1),
          ),
        ]
      : []),
    withoutLast,
  ];
}

/** A list as people write it into metadata: JSON, or with commas, of which those inside brackets separate nothing. */
export function readList(text: string): string[] {
  try {
    const list: unknown = JSON.parse(text);
    if (Array.isArray(list)) return list.map(String);
  } catch {
    // No JSON, then.
  }
  return text.split(/,(?![^([]*[)\]])/).map((each) => each.trim());
}

/** `type(L=0,M=1,H=2)` is a column with the codes of its texts. */
function withCodes(text: string): Name {
  const [, name, list] = /^(.+?)\(([^()]*=\d+)\)$/.exec(text) ?? [];
  const codes = list === undefined ? undefined : readCodes(list.split(','));
  return name === undefined || codes === undefined ? { name: text } : { name: name.trim(), codes };
}

/** Texts in the order of their codes 0, 1, ..., as `L=0` or `0=L`; undefined when these are not all there. */
export function readCodes(pairs: readonly string[]): string[] | undefined {
  const byCode = new Map(
    pairs.flatMap((pair) => {
      const [, name, code] = /^(.+)=(\d+)$/.exec(pair) ?? [];
      const [, codeBefore, nameBehind] = /^(\d+)=(.+)$/.exec(pair) ?? [];
      return name === undefined && nameBehind === undefined
        ? []
        : [[Number(codeBefore ?? code), (nameBehind ?? name ?? '').trim()] as const];
    }),
  );
  const texts = pairs.flatMap((_, code) => byCode.get(code) ?? []);
  return texts.length === pairs.length ? texts : undefined;
}

/** The column for each name: of the same name, else one that is free and differs only in what exporters change. */
function matched<C extends { readonly name: string }>(names: readonly string[], columns: readonly C[]): Map<string, C> {
  const found = new Map<string, C>();
  for (const keyOf of [(name: string) => name, plain]) {
    const taken = new Set(found.values());
    const free = new Map(columns.filter((column) => !taken.has(column)).map((column) => [keyOf(column.name), column]));
    for (const name of names) {
      const key = keyOf(name);
      const column = free.get(key);
      if (found.has(name) || column === undefined || key === '') continue;
      found.set(name, column);
      free.delete(key);
    }
  }
  return found;
}

/** Exporters replace what is no letter or digit. */
const plain = (name: string): string => name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
