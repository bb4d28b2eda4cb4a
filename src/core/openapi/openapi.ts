import { needs } from '../access/needs.ts';
import { modelMetadata } from '../protocols/open-inference/model-metadata.ts';
import { type DescribedModel, jsonOf, type Part, schemaRef } from './described-model.ts';
import { exampleRecord, modelSchemas, recordName, scoredSchema } from './model-schemas.ts';
import { type Operation, operations, tensorSchemas } from './operations.ts';
import { refusalSchemas, refusalsOf } from './refusals.ts';

const securitySchemes: Readonly<Record<string, Part>> = {
  Bearer: { type: 'http', scheme: 'bearer', description: 'A key of `sluice keys add`, or a token of Entra.' },
  FunctionsKey: { type: 'apiKey', in: 'header', name: 'x-functions-key' },
  Code: { type: 'apiKey', in: 'query', name: 'code' },
};

export interface AppDescription {
  /** Version of the app. */
  readonly version: string;
  /** Whether everybody may call, without a key. */
  readonly isAnonymous: boolean;
  /** Those that serve and that the caller may know of. */
  readonly models: readonly DescribedModel[];
}

/** The app as an OpenAPI 3.1 document: every route, and a typed one for each model. */
export function openApiOf({ version, isAnonymous, models }: AppDescription): object {
  const paths: Record<string, Record<string, Part>> = {};
  const add = (path: string, method: string, operation: Part) => {
    paths[path] = { ...paths[path], [method]: operation };
  };
  const names = models.map(({ manifest }) => manifest.name);
  for (const model of models) {
    const operation = model.tensors === undefined ? rowsOperation(model) : tensorsOperation(model);
    add(operation.path, 'post', operation.part);
  }
  for (const operation of operations) add(operation.path, operation.method, describe(operation, names));
  const keyed = Object.keys(securitySchemes).map((name) => ({ [name]: [] }));
  return {
    openapi: '3.1.0',
    info: {
      title: 'Sluice',
      version,
      description: 'Scores of ONNX models. Each model has a typed route of its own; all other routes take its name.',
    },
    security: isAnonymous ? [...keyed, {}] : keyed,
    tags: tags.map(([name, description]) => ({ name, description })),
    paths,
    components: {
      securitySchemes,
      schemas: {
        ...Object.assign(
          {},
          ...models.filter((each) => each.tensors === undefined).map((each) => modelSchemas(each.manifest)),
        ),
        ...tensorSchemas,
        ...refusalSchemas,
      },
    },
  };
}

const tags = [
  ['models', 'The models that are installed.'],
  ['plain', 'Rows in JSON, NDJSON or CSV.'],
  ['openInference', 'The Open Inference Protocol, version 2: KServe, Triton, MLServer.'],
  ['kserveV1', 'KServe, version 1.'],
  ['mlflow', 'MLflow, Databricks, SageMaker.'],
  ['azureMl', 'Azure Machine Learning and Azure Stream Analytics.'],
] as const;

const onError: Part = {
  name: 'on_error',
  in: 'query',
  description: '`row` marks wrong rows in the answer, `call` refuses all for one of them.',
  schema: { type: 'string', enum: ['call', 'row'], default: 'call' },
};

/** The typed route of a model of rows. */
function rowsOperation({ manifest }: DescribedModel): { path: string; part: Part } {
  const { name, description } = manifest;
  const record = schemaRef(recordName(name));
  const list = { type: 'array', items: record };
  const text = { schema: { type: 'string' } };
  const schema = { anyOf: [record, list, { type: 'object', required: ['rows'], properties: { rows: list } }] };
  const part = {
    operationId: `score-${name}`,
    tags: ['models'],
    summary: `Score with ${name}, version ${manifest.version}`,
    ...(description === undefined ? {} : { description }),
    parameters: [onError],
    requestBody: {
      required: true,
      content: {
        'application/json': { schema, example: exampleRecord(manifest) },
        'application/x-ndjson': text,
        'text/csv': text,
      },
    },
    responses: {
      200: {
        description: 'A score for each row, in the form that Accept asks for.',
        content: { ...jsonOf(scoredSchema(name)), 'application/x-ndjson': text, 'text/csv': text },
      },
      ...refusalsOf('plain', true),
    },
  };
  return { path: `/models/${name}/score`, part };
}

/** The route of a model of tensors, with what they are called and how they are shaped. */
function tensorsOperation({ manifest, tensors }: DescribedModel): { path: string; part: Part } {
  const { name, description } = manifest;
  const part = {
    operationId: `infer-${name}`,
    tags: ['models'],
    summary: `Infer with ${name}, version ${manifest.version}`,
    ...(description === undefined ? {} : { description }),
    'x-metadata': modelMetadata(manifest, tensors),
    requestBody: { required: true, content: jsonOf(schemaRef('InferRequest')) },
    responses: {
      200: { description: 'Tensors.', content: jsonOf(schemaRef('InferResponse')) },
      ...refusalsOf('openInference', true),
    },
  };
  return { path: `/v2/models/${name}/infer`, part };
}

const described: Readonly<Record<string, string>> = {
  model: 'Name of a model.',
  version: 'A version, or an alias.',
  run: 'Id of a job, as its answer names it.',
};

function describe(
  { method, path, dialect, kind, summary, body, answer, status = 200 }: Operation,
  models: readonly string[],
): Part {
  const parameters = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    description: described[name] ?? '',
    schema: { type: 'string', ...(name === 'model' && models.length > 0 ? { examples: models } : {}) },
  }));
  const ok = { description: summary, ...(answer && { content: jsonOf(answer) }) };
  return {
    operationId: `${method}${path.replace(/[^A-Za-z0-9]+/g, '-').replace(/-$/, '')}`,
    tags: [dialect],
    summary,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(needs[kind] === undefined ? { security: [] } : {}),
    ...(body && { requestBody: { required: true, content: jsonOf(body) } }),
    responses: { [status]: ok, ...(needs[kind] === undefined ? {} : refusalsOf(dialect, kind === 'score')) },
  };
}
