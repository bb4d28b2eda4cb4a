import type { CsvDialectInput } from '../manifest/csv.ts';
import type { Manifest } from '../manifest/manifest.ts';
import type { FeatureGuess } from './guess-feature.ts';
import type { OutputGuesses } from './guess-outputs.ts';
import type { InputColumn } from './name-columns.ts';

/** All that an import found out and guessed. */
export interface ManifestParts {
  readonly name: string;
  readonly version: number;
  /** Address of the JSON Schema for editors, from the manifest on. */
  readonly schema?: string | undefined;
  readonly description: string;
  readonly task: Manifest['task'];
  /** Whether the model takes one row at a time. */
  readonly takesOneRow: boolean;
  /** undefined for a model of tensors. */
  readonly rows?:
    | {
        readonly columns: readonly InputColumn[];
        readonly features: readonly FeatureGuess[];
        readonly outputs: OutputGuesses;
        readonly csv?: CsvDialectInput | undefined;
      }
    | undefined;
}

/** The manifest as a person would have begun it: nothing that goes without saying. */
export function guessManifest(parts: ManifestParts): object {
  const { name, version, schema, description, task, takesOneRow, rows } = parts;
  const batch = takesOneRow ? { batch: 'row' } : {};
  const head = { ...(schema !== undefined && { $schema: schema }), name, version, description };
  if (rows === undefined) return { ...head, task, model: batch, outputs: {} };
  const { columns, features, outputs, csv } = rows;
  const inputs = Map.groupBy(columns, ({ input }) => input);
  return {
    ...head,
    task,
    features: features.map(({ feature }) => feature),
    model: {
      inputs: Object.fromEntries([...inputs].map(([input, fed]) => [input, fed.map((column) => column.name)])),
      ...batch,
    },
    ...(outputs.classes !== undefined && { classes: outputs.classes }),
    outputs: Object.fromEntries(outputs.outputs.map((output) => [output.name, output.spec])),
    ...(csv !== undefined && { csv }),
  };
}
