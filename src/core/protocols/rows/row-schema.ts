import type { Feature } from '../../manifest/features.ts';
import type { Manifest } from '../../manifest/manifest.ts';
import type { OutputSpec } from '../../manifest/outputs.ts';

/** The part of JSON Schema that Swagger 2.0 and OpenAPI share. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly description?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly string[];
  readonly items?: JsonSchema;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema;
  readonly example?: unknown;
}

/** What a record of a model of rows looks like: typed by feature, with units, bounds and an example. */
export function recordSchema({ features, key }: Manifest): JsonSchema {
  const required = features.filter(({ missing = 'reject' }) => missing === 'reject').map(({ name }) => name);
  const properties = Object.fromEntries(features.map((feature) => [feature.name, featureSchema(feature)]));
  const keyed = key === undefined || Object.hasOwn(properties, key.name) ? {} : { [key.name]: { type: 'string' } };
  return { type: 'object', ...(required.length === 0 ? {} : { required }), properties: { ...properties, ...keyed } };
}

function featureSchema(feature: Feature): JsonSchema {
  const unit = 'unit' in feature && feature.unit !== undefined ? `in ${feature.unit}` : undefined;
  const description = [feature.description, unit].filter((part) => part !== undefined).join(' ');
  return { ...typeOf(feature), ...(description === '' ? {} : { description }) };
}

function typeOf(feature: Feature): JsonSchema {
  switch (feature.type) {
    case 'number':
    case 'integer': {
      const { min, max, type } = feature;
      const bounds = { ...(min === undefined ? {} : { minimum: min }), ...(max === undefined ? {} : { maximum: max }) };
      const format = type === 'integer' ? 'int64' : 'double';
      return { type, format, ...bounds, example: exampleNumber(min, max, type === 'integer') };
    }
    case 'boolean':
      return { type: 'boolean', example: true };
    case 'category': {
      const { categories } = feature;
      return { type: 'string', ...(categories === undefined ? {} : { enum: categories, example: categories[0] }) };
    }
    case 'text':
      return { type: 'string', example: 'text' };
    case 'timestamp':
      return { type: 'string', format: 'date-time', example: '2026-11-21T03:04:05Z' };
  }
}

function exampleNumber(min: number | undefined, max: number | undefined, isWhole: boolean): number {
  const middle = min !== undefined && max !== undefined ? (min + max) / 2 : (min ?? max ?? 1);
  return isWhole ? Math.floor(middle) : middle;
}

/** What a score looks like. */
export const scoreSchema = ({ outputs, classes }: Manifest): JsonSchema => ({
  type: 'object',
  properties: Object.fromEntries(Object.entries(outputs).map(([name, spec]) => [name, outputSchema(spec, classes)])),
});

const number: JsonSchema = { type: 'number', format: 'double' };

function outputSchema({ kind }: OutputSpec, classes: readonly string[] | undefined): JsonSchema {
  switch (kind) {
    case 'label':
      return { type: 'string', ...(classes === undefined ? {} : { enum: classes }) };
    case 'probability':
    case 'value':
      return number;
    case 'probabilities':
      return { type: 'object', additionalProperties: number };
    case 'vector':
      return { type: 'array', items: number };
    case 'top':
      return {
        type: 'array',
        items: { type: 'object', properties: { class: { type: 'string' }, probability: number } },
      };
  }
}
