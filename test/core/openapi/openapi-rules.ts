import { pointerTo } from '../../../src/core/fault.ts';
import { schemaFaults } from './schema-rules.ts';

// biome-ignore lint/suspicious/noExplicitAny: the rules look into documents of any shape.
type Any = any;

/** What OpenAPI 3.1's meta schema allows in each object that is used, and what it requires. */
const fields: Readonly<Record<string, readonly [required: readonly string[], optional: readonly string[]]>> = {
  document: [
    ['openapi', 'info'],
    ['jsonSchemaDialect', 'servers', 'paths', 'webhooks', 'components', 'security', 'tags', 'externalDocs'],
  ],
  info: [
    ['title', 'version'],
    ['summary', 'description', 'termsOfService', 'contact', 'license'],
  ],
  pathItem: [
    [],
    [
      '$ref',
      'summary',
      'description',
      'servers',
      'parameters',
      'get',
      'put',
      'post',
      'delete',
      'options',
      'head',
      'patch',
      'trace',
    ],
  ],
  operation: [
    ['responses'],
    [
      'tags',
      'summary',
      'description',
      'externalDocs',
      'operationId',
      'parameters',
      'requestBody',
      'callbacks',
      'deprecated',
      'security',
      'servers',
    ],
  ],
  parameter: [
    ['name', 'in', 'schema'],
    [
      'description',
      'required',
      'deprecated',
      'allowEmptyValue',
      'style',
      'explode',
      'allowReserved',
      'example',
      'examples',
    ],
  ],
  body: [['content'], ['description', 'required']],
  response: [['description'], ['headers', 'content', 'links']],
  media: [[], ['schema', 'example', 'examples', 'encoding']],
  components: [
    [],
    [
      'schemas',
      'responses',
      'parameters',
      'examples',
      'requestBodies',
      'headers',
      'securitySchemes',
      'links',
      'callbacks',
      'pathItems',
    ],
  ],
  tag: [['name'], ['description', 'externalDocs']],
};

/** Each place of a document that breaks the meta schema of OpenAPI 3.1, or a rule that the text alone states. */
export function openApiFaults(document: Any): string[] {
  const faults: string[] = [];
  const fault = (path: string, what: string) => faults.push(`${path}: ${what}`);

  const holds = (kind: string, value: Any, path: string): void => {
    const [required, optional] = fields[kind]!;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return void fault(path, `is no ${kind}`);
    for (const name of required) if (!(name in value)) fault(path, `${name} is missing`);
    for (const name of Object.keys(value)) {
      if (![...required, ...optional].includes(name) && !name.startsWith('x-'))
        fault(path + pointerTo(name), 'is unknown');
    }
  };

  const schema = (value: Any, path: string) =>
    faults.push(...schemaFaults(value, path, (reference) => resolved(document, reference) !== undefined));

  const content = (value: Any, path: string): void => {
    for (const [type, media] of Object.entries<Any>(value ?? {})) {
      const at = `${path}/content${pointerTo(type)}`;
      holds('media', media, at);
      if (media.schema !== undefined) schema(media.schema, `${at}/schema`);
    }
  };

  const security = (value: Any, path: string): void => {
    for (const [i, each] of (value ?? []).entries()) {
      for (const name of Object.keys(each)) {
        if (!(name in (document.components?.securitySchemes ?? {}))) fault(`${path}/${i}`, `${name} is no scheme`);
      }
    }
  };

  const parametersOf = (path: string, parameters: Any[], at: string): void => {
    for (const [i, each] of parameters.entries()) {
      holds('parameter', each, `${at}/parameters/${i}`);
      schema(each.schema, `${at}/parameters/${i}/schema`);
      if (each.in === 'path' && each.required !== true) fault(`${at}/parameters/${i}`, 'of a path is required');
    }
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).toSorted();
    const told = parameters
      .filter((each) => each.in === 'path')
      .map(({ name }) => name)
      .toSorted();
    if (String(inPath) !== String(told)) fault(`${at}/parameters`, `path has ${inPath}, parameters ${told}`);
  };

  const operation = (path: string, value: Any, at: string): void => {
    holds('operation', value, at);
    if (Object.keys(value.responses ?? {}).length === 0) fault(`${at}/responses`, 'is empty');
    for (const [status, response] of Object.entries<Any>(value.responses ?? {})) {
      const where = `${at}/responses/${status}`;
      if (!/^[1-5](\d\d|XX)$|^default$/.test(status)) fault(where, 'is no status');
      holds('response', response, where);
      content(response.content, where);
    }
    parametersOf(path, value.parameters ?? [], at);
    if (value.requestBody !== undefined) {
      holds('body', value.requestBody, `${at}/requestBody`);
      content(value.requestBody.content, `${at}/requestBody`);
    }
    security(value.security, `${at}/security`);
  };

  holds('document', document, '');
  if (!/^3\.1\.\d+$/.test(document.openapi)) fault('/openapi', 'is not 3.1');
  holds('info', document.info, '/info');
  holds('components', document.components, '/components');
  security(document.security, '/security');
  for (const [i, tag] of document.tags.entries()) holds('tag', tag, `/tags/${i}`);
  for (const [name, each] of Object.entries(document.components.schemas)) {
    if (!/^[a-zA-Z0-9._-]+$/.test(name)) fault(`/components/schemas${pointerTo(name)}`, 'is no name');
    schema(each, `/components/schemas${pointerTo(name)}`);
  }
  const ids = new Set<string>();
  for (const [path, item] of Object.entries<Any>(document.paths)) {
    if (!path.startsWith('/')) fault(`/paths${pointerTo(path)}`, 'is no path');
    holds('pathItem', item, `/paths${pointerTo(path)}`);
    for (const [method, each] of Object.entries<Any>(item)) {
      const at = `/paths${pointerTo(path, method)}`;
      if (ids.has(each.operationId)) fault(`${at}/operationId`, `${each.operationId} is there twice`);
      ids.add(each.operationId);
      operation(path, each, at);
    }
  }
  return faults;
}

/** What a reference inside of the document leads to. */
const resolved = (document: Any, reference: string): Any =>
  reference
    .slice('#/'.length)
    .split('/')
    .reduce((value: Any, step) => value?.[step], document);
