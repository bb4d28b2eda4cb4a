import { pointerTo } from '../../../src/core/fault.ts';

// biome-ignore lint/suspicious/noExplicitAny: the rules look into schemas of any shape.
type Any = any;

const types = ['null', 'boolean', 'object', 'array', 'number', 'string', 'integer'];

/** For each keyword that is used: whether a value of it is one that JSON Schema 2020-12 allows. */
const keywords: Readonly<Record<string, (value: Any) => boolean>> = {
  $ref: (value) => typeof value === 'string',
  title: (value) => typeof value === 'string',
  description: (value) => typeof value === 'string',
  format: (value) => typeof value === 'string',
  type: (value) => [value].flat().length > 0 && [value].flat().every((type) => types.includes(type)),
  minimum: Number.isFinite,
  maximum: Number.isFinite,
  enum: Array.isArray,
  examples: Array.isArray,
  const: () => true,
  default: () => true,
  required: (value) => Array.isArray(value) && new Set(value).size === value.length,
  properties: (value) => typeof value === 'object',
  items: isSchema,
  additionalProperties: isSchema,
  anyOf: (value) => Array.isArray(value) && value.length > 0,
  oneOf: (value) => Array.isArray(value) && value.length > 0,
};

function isSchema(value: Any): boolean {
  return typeof value === 'boolean' || (typeof value === 'object' && value !== null && !Array.isArray(value));
}

/** Each place of a schema, and of those inside of it, that breaks the meta schema of JSON Schema 2020-12. */
export function schemaFaults(schema: Any, path: string, isThere: (reference: string) => boolean): string[] {
  if (!isSchema(schema)) return [`${path}: is no schema`];
  const own = Object.entries(schema)
    .filter(([name, value]) => !name.startsWith('x-') && keywords[name]?.(value) !== true)
    .map(([name]) => `${path}${pointerTo(name)}: is not as it must be`);
  const lost = schema.$ref === undefined || isThere(schema.$ref) ? [] : [`${path}/$ref: ${schema.$ref} is not there`];
  return [...own, ...lost, ...inside(schema, path).flatMap(([each, at]) => schemaFaults(each, at, isThere))];
}

function inside(schema: Any, path: string): [schema: Any, path: string][] {
  const under = (name: string): [Any, string][] =>
    Object.entries(schema[name] ?? {}).map(([key, each]) => [each, path + pointerTo(name, key)]);
  const single = ['items', 'additionalProperties'].filter((name) => schema[name] !== undefined);
  return [
    ...['properties', 'anyOf', 'oneOf'].flatMap(under),
    ...single.map((name): [Any, string] => [schema[name], `${path}/${name}`]),
  ];
}
