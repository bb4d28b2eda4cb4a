import type { Feature } from '../manifest/features.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { type JsonSchema, recordSchema, scoreSchema } from '../protocols/rows/row-schema.ts';
import { type Part, schemaRef } from './described-model.ts';

/** Names of a model's schemas in the document. */
export const recordName = (model: string): string => `${model}.Record`;
export const scoreName = (model: string): string => `${model}.Score`;

/** The schemas of a model of rows: typed by feature, with units, bounds and examples. */
export function modelSchemas(manifest: Manifest): Record<string, Part> {
  const { properties = {}, ...record } = inDraft202012(recordSchema(manifest)) as JsonSchema;
  const features = new Map(manifest.features.map((feature) => [feature.name, feature]));
  const typed = Object.entries(properties).map(([name, schema]) => [name, withFeature(schema, features.get(name))]);
  return {
    [recordName(manifest.name)]: {
      ...record,
      title: `Record of ${manifest.name} ${manifest.version}`,
      properties: Object.fromEntries(typed),
      examples: [exampleRecord(manifest)],
    },
    [scoreName(manifest.name)]: {
      ...inDraft202012(scoreSchema(manifest)),
      title: `Score of ${manifest.name} ${manifest.version}`,
    },
  };
}

/** A record that the model takes. */
export const exampleRecord = (manifest: Manifest): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(recordSchema(manifest).properties ?? {})
      .filter(([, { example }]) => example !== undefined)
      .map(([name, { example }]) => [name, example]),
  );

/** What a schema does not say of a feature by itself: that it may be left out, and its unit. */
function withFeature(schema: JsonSchema, feature: Feature | undefined): Part {
  if (feature === undefined) return { ...schema, description: 'Names the entity of the record; not a feature' };
  const unit = 'unit' in feature && feature.unit !== undefined ? { 'x-unit': feature.unit } : {};
  const { description } = feature;
  const plain = { ...schema, description, ...unit };
  if ((feature.missing ?? 'reject') === 'reject') return plain;
  const { enum: words } = schema;
  return { ...plain, type: [schema.type, 'null'], ...(words === undefined ? {} : { enum: [...words, null] }) };
}

/** Where Swagger had one `example`, JSON Schema has a list of them. */
function inDraft202012({ example, properties, items, ...rest }: JsonSchema): Part {
  const inside = Object.entries(properties ?? {}).map(([name, schema]) => [name, inDraft202012(schema)]);
  return {
    ...rest,
    ...(items === undefined ? {} : { items: inDraft202012(items) }),
    ...(properties === undefined ? {} : { properties: Object.fromEntries(inside) }),
    ...(example === undefined ? {} : { examples: [example] }),
  };
}

/** The answer to rows in JSON. */
export const scoredSchema = (model: string): Part => ({
  type: 'object',
  required: ['model', 'version', 'modelDigest', 'scores'],
  properties: {
    model: { const: model },
    version: { type: 'integer' },
    modelDigest: { type: 'string', description: 'What decided the scores.' },
    scores: {
      type: 'array',
      description: 'One for each row, in order; null for a row that is wrong, with on_error=row.',
      items: { anyOf: [schemaRef(scoreName(model)), { type: 'null' }] },
    },
    faults: { type: 'array', description: 'With on_error=row: what is wrong.', items: { type: 'object' } },
  },
});
