import type { Manifest } from '../../manifest/manifest.ts';
import { type JsonSchema, recordSchema, scoreSchema } from '../rows/row-schema.ts';

/** The versions of the description that a caller may ask for. */
export const swaggerVersions: readonly string[] = ['2', '3', '3.1'];

const openApiVersions: Readonly<Record<string, string>> = { 3: '3.0.3', 3.1: '3.1.0' };

/** A description of `/score` in Swagger 2.0 or OpenAPI, from which Azure Stream Analytics learns the fields of rows. */
export function swaggerOf(manifest: Manifest, version: string, appVersion: string): object {
  const info = {
    title: manifest.name,
    description: manifest.description ?? `Scores of the model ${manifest.name} ${manifest.version}.`,
    version: appVersion,
  };
  const isSwagger = version === '2';
  const schemas = schemasOf(manifest, isSwagger ? '#/definitions/' : '#/components/schemas/');
  const paths = pathsOf(isSwagger);
  if (isSwagger) {
    const security = { Bearer: { type: 'apiKey', name: 'Authorization', in: 'header' } };
    const types = { consumes: ['application/json'], produces: ['application/json'] };
    return { swagger: '2.0', info, ...types, securityDefinitions: security, paths, definitions: schemas };
  }
  const security = { Bearer: { type: 'http', scheme: 'bearer' } };
  return { openapi: openApiVersions[version], info, paths, components: { schemas, securitySchemes: security } };
}

function schemasOf(manifest: Manifest, base: string): Record<string, JsonSchema> {
  const record = { $ref: `${base}Record` };
  const list = (items: JsonSchema): JsonSchema => ({ type: 'array', items });
  const object = (name: string, value: JsonSchema): JsonSchema => ({
    type: 'object',
    required: [name],
    properties: { [name]: value },
  });
  const input = object('Inputs', object('WebServiceInput0', list(record)));
  const score = scoreSchema(manifest);
  const marked = { ...score, properties: { ...score.properties, error: { type: 'string' } } };
  return {
    Record: recordSchema(manifest),
    ServiceInput: { ...input, example: { Inputs: { WebServiceInput0: [exampleOf(manifest)] } } },
    ServiceOutput: object('Results', object('WebServiceOutput0', list(marked))),
    ErrorResponse: { type: 'object', properties: { message: { type: 'string' }, code: { type: 'string' } } },
  };
}

const exampleOf = (manifest: Manifest): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(recordSchema(manifest).properties ?? {}).map(([name, schema]) => [name, schema.example ?? null]),
  );

function pathsOf(isSwagger: boolean): object {
  const ref = (name: string) => ({ $ref: `${isSwagger ? '#/definitions/' : '#/components/schemas/'}${name}` });
  const content = (type: string, schema: object) => (isSwagger ? { schema } : { content: { [type]: { schema } } });
  const text = { description: 'The service is up.', ...content('text/plain', { type: 'string' }) };
  const fault = { description: 'What is wrong, and where.', ...content('application/json', ref('ErrorResponse')) };
  const body = isSwagger
    ? { parameters: [{ name: 'serviceInputPayload', in: 'body', required: true, schema: ref('ServiceInput') }] }
    : { requestBody: { required: true, ...content('application/json', ref('ServiceInput')) } };
  const scored = { description: 'A score for each row.', ...content('application/json', ref('ServiceOutput')) };
  const described = { description: 'This description.', ...content('application/json', { type: 'object' }) };
  return {
    '/': { get: { operationId: 'ServiceHealthCheck', responses: { 200: text } } },
    '/score': {
      post: {
        operationId: 'RunMLService',
        ...body,
        security: [{ Bearer: [] }],
        responses: { 200: scored, default: fault },
      },
    },
    '/swagger.json': { get: { operationId: 'GetSwaggerSpec', responses: { 200: described } } },
  };
}
