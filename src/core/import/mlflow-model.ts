import * as z from 'zod';
import { describeValue, type Fault } from '../fault.ts';
import type { FeatureType } from '../manifest/features.ts';

/** What an `MLmodel` file says, as far as it matters here. */
export interface MlflowModel {
  /** File of the model inside the folder. */
  readonly modelFile: string;
  /** Columns that the model takes, in order; without the signature of a table undefined. */
  readonly inputs: readonly SignatureColumn[] | undefined;
  /** Names of what the model gives. */
  readonly outputs: readonly string[];
  /** File of the input example inside the folder. */
  readonly exampleFile: string | undefined;
}

export interface SignatureColumn {
  readonly name: string;
  /** undefined for types that no feature has, as binary or arrays. */
  readonly type: FeatureType | undefined;
  readonly isRequired: boolean;
}

const text = z.string();
/** Files stand in the folder itself or below it. */
const relativePath = text
  .min(1)
  .max(512)
  .refine((path) => !/^[/\\]|^[A-Za-z]:|(^|[/\\])\.\.([/\\]|$)/.test(path), 'a path inside the folder');

const documentSchema = z.object({
  flavors: z.record(text, z.record(text, z.unknown())),
  signature: z.object({ inputs: text.nullish(), outputs: text.nullish() }).nullish(),
  saved_input_example_info: z.object({ artifact_path: relativePath.nullish() }).nullish(),
});

const fieldSchema = z.object({
  name: text.nullish(),
  type: z.unknown(),
  required: z.boolean().nullish(),
  optional: z.boolean().nullish(),
});

/** Where each flavour of MLflow keeps its model, when it is another than onnx. */
const modelKeys = ['pickled_model', 'data', 'model_data', 'saved_model_dir'] as const;

/**
 * Reads an `MLmodel` file.
 * @param document its YAML, parsed
 */
export function readMlflowModel(document: unknown): MlflowModel | Fault {
  const result = documentSchema.safeParse(document);
  if (!result.success) return malformed('flavors, and a signature', describeValue(document));
  const { flavors, signature, saved_input_example_info: example } = result.data;
  const { onnx, python_function: python, ...others } = flavors;
  const flavor = onnx ?? Object.values(others)[0] ?? python ?? {};
  const modelFile = modelKeys.map((key) => relativePath.safeParse(flavor[key])).find(({ success }) => success)?.data;
  if (modelFile === undefined) return malformed('the file of an onnx flavour', describeValue(Object.keys(flavors)));
  return {
    modelFile,
    inputs: columnsOf(signature?.inputs),
    outputs: fieldsOf(signature?.outputs).flatMap(({ name }) => name ?? []),
    exampleFile: example?.artifact_path ?? undefined,
  };
}

const malformed = (expected: string, got: string): Fault => ({
  code: 'model.malformed',
  path: '/MLmodel',
  expected,
  got,
});

/** A signature is JSON inside YAML; one that cannot be read is passed over, as it only helps to guess. */
function fieldsOf(json: string | null | undefined): z.infer<typeof fieldSchema>[] {
  try {
    const fields = z.array(fieldSchema).safeParse(JSON.parse(json ?? '[]'));
    return fields.success ? fields.data : [];
  } catch {
    return [];
  }
}

function columnsOf(json: string | null | undefined): SignatureColumn[] | undefined {
  const fields = fieldsOf(json);
  const columns = fields.flatMap(({ name, type, required, optional }) =>
    typeof name === 'string' && type !== 'tensor'
      ? [{ name, type: featureTypes[String(type)], isRequired: required !== false && optional !== true }]
      : [],
  );
  return columns.length > 0 && columns.length === fields.length ? columns : undefined;
}

const featureTypes: Readonly<Record<string, FeatureType>> = {
  long: 'integer',
  integer: 'integer',
  double: 'number',
  float: 'number',
  boolean: 'boolean',
  string: 'text',
  datetime: 'timestamp',
};

const row = z.record(text, z.unknown());
const tableSchema = z.object({ columns: z.array(text), data: z.array(z.array(z.unknown())) });

/**
 * Reads an input example of MLflow: a table, a list of records, or a list of rows.
 * @param names of the columns, for rows that do not name them
 * @returns records by name; none for examples of another form
 */
export function readInputExample(document: unknown, names: readonly string[]): Readonly<Record<string, unknown>>[] {
  const named = (columns: readonly string[], rows: readonly (readonly unknown[])[]) =>
    rows
      .filter((cells) => cells.length === columns.length)
      .map((cells) => Object.fromEntries(columns.map((name, i) => [name, cells[i]])));
  const wrapped = z.object({ dataframe_split: tableSchema }).safeParse(document);
  const table = tableSchema.safeParse(wrapped.success ? wrapped.data.dataframe_split : document);
  if (table.success) return named(table.data.columns, table.data.data);
  const records = z.array(row).safeParse(document);
  if (records.success) return records.data;
  const lists = z.array(z.array(z.unknown())).safeParse(document);
  return lists.success ? named(names, lists.data) : [];
}
