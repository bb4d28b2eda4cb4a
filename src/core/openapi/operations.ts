import type { Ask, DialectName } from '../protocols/call-route.ts';
import { resultFormats } from '../routes/result-format.ts';
import { type Part, schemaRef } from './described-model.ts';

/** A route as the document tells it. */
export interface Operation {
  readonly method: 'get' | 'post' | 'delete' | 'options';
  /** With `{model}` and `{version}` where a name stands. */
  readonly path: string;
  readonly dialect: DialectName;
  readonly kind: Ask['kind'];
  readonly summary: string;
  readonly body?: Part;
  readonly answer?: Part;
  /** The status of an answer; 200 when absent. */
  readonly status?: number;
}

const anything: Part = { type: 'object' };
const list = (items: Part): Part => ({ type: 'array', items });
const under = (name: string, schema: Part): Part => ({
  type: 'object',
  required: [name],
  properties: { [name]: schema },
});

const rows = list(anything);
const predictions = under('predictions', list(anything));
const names = under('models', list({ type: 'string' }));

const get = (path: string, dialect: DialectName, kind: Ask['kind'], summary: string, answer?: Part): Operation => ({
  method: 'get',
  path,
  dialect,
  kind,
  summary,
  ...(answer && { answer }),
});
const post = (
  path: string,
  dialect: DialectName,
  kind: Ask['kind'],
  summary: string,
  body: Part,
  answer: Part,
): Operation => ({
  method: 'post',
  path,
  dialect,
  kind,
  summary,
  body,
  answer,
});

const jobRequest: Part = {
  type: 'object',
  required: ['blob'],
  properties: {
    blob: { type: 'string', description: 'Name of a blob in the container incoming.' },
    results: { enum: resultFormats, description: 'Format of the scores; as the route says when absent.' },
  },
};

/** Of a model, and of one version of it. */
const ofVersions = (before: string, after: string, make: (path: string) => Operation): Operation[] =>
  [`${before}/{model}${after}`, `${before}/{model}/versions/{version}${after}`].map(make);

/** Everything that is served, whatever models there are; a test holds it against the routes. */
export const operations: readonly Operation[] = [
  ...ofVersions('/models', '/score', (path) =>
    post(
      path,
      'plain',
      'score',
      'Score rows',
      { anyOf: [anything, rows, under('rows', rows)] },
      under('scores', list({})),
    ),
  ),
  get('/status', 'plain', 'status', 'What is not ready, and why', anything),
  {
    ...post(
      '/jobs',
      'plain',
      'job',
      'Score a file: one in the container incoming, or the body',
      jobRequest,
      schemaRef('Job'),
    ),
    status: 202,
  },
  get('/jobs/{run}', 'plain', 'job status', 'How a job is getting on; 202 until it has ended', schemaRef('Job')),
  { ...get('/jobs/{run}', 'plain', 'job cancel', 'Cancel a job', schemaRef('Job')), method: 'delete' },
  get('/openapi.json', 'plain', 'openapi', 'This document', anything),
  get('/docs', 'plain', 'docs', 'A page to try the models'),
  get('/v2/health/live', 'openInference', 'live', 'Whether the app runs', under('live', { type: 'boolean' })),
  get('/v2/health/ready', 'openInference', 'ready', 'Whether every model serves', under('ready', { type: 'boolean' })),
  get('/v2', 'openInference', 'server', 'Name, version and extensions of the server', anything),
  get('/v2/models', 'openInference', 'models', 'Models that serve', names),
  ...ofVersions('/v2/models', '', (path) =>
    get(path, 'openInference', 'model', 'Inputs and outputs of a model', anything),
  ),
  ...ofVersions('/v2/models', '/ready', (path) =>
    get(path, 'openInference', 'model ready', 'Whether a model serves', under('ready', { type: 'boolean' })),
  ),
  ...ofVersions('/v2/models', '/infer', (path) =>
    post(
      path,
      'openInference',
      'score',
      'Score tensors, or rows as one tensor a feature',
      schemaRef('InferRequest'),
      schemaRef('InferResponse'),
    ),
  ),
  post(
    '/v2/repository/index',
    'openInference',
    'repository index',
    'All versions, and how they stand',
    anything,
    list(anything),
  ),
  get('/v1/models', 'kserveV1', 'models', 'Models that serve', names),
  get('/v1/models/{model}', 'kserveV1', 'model ready', 'Whether a model serves', anything),
  post(
    '/v1/models/{model}:predict',
    'kserveV1',
    'score',
    'Score rows, or tensors as plain values',
    { oneOf: [under('instances', list({})), under('inputs', {})] },
    predictions,
  ),
  post(
    '/invocations',
    'mlflow',
    'score',
    'Score a data frame, records or inputs',
    { oneOf: ['dataframe_split', 'dataframe_records', 'instances', 'inputs'].map((name) => under(name, {})) },
    predictions,
  ),
  get('/ping', 'mlflow', 'ping', 'Whether a model serves'),
  get('/health', 'mlflow', 'ping', 'Whether a model serves'),
  get('/version', 'mlflow', 'version', 'Version of the app'),
  post(
    '/score',
    'azureMl',
    'score',
    'Score as an online endpoint of Azure Machine Learning, or for a job of Stream Analytics',
    { anyOf: [rows, ...['input_data', 'data', 'Inputs'].map((name) => under(name, {}))] },
    {},
  ),
  get('/score', 'azureMl', 'score', 'The same, with the body in the query', {}),
  { method: 'options', path: '/score', dialect: 'azureMl', kind: 'options', summary: 'Methods of the route' },
  get('/', 'azureMl', 'healthy', 'Whether the app runs'),
  get('/swagger.json', 'azureMl', 'swagger', 'Swagger 2.0 or OpenAPI of /score alone', anything),
];

const tensor: Part = {
  type: 'object',
  required: ['name', 'shape', 'datatype'],
  properties: {
    name: { type: 'string' },
    shape: { type: 'array', items: { type: 'integer', minimum: 0 } },
    datatype: { type: 'string' },
    parameters: anything,
    data: { type: 'array' },
  },
};

const whole: Part = { type: 'integer', minimum: 0 };

/** Schemas that do not depend on models. */
export const tensorSchemas: Readonly<Record<string, Part>> = {
  Job: {
    type: 'object',
    required: ['run', 'status', 'state', 'blob'],
    properties: {
      run: { type: 'string' },
      status: { type: 'string', enum: ['InProgress', 'Succeeded', 'Failed', 'Canceled'] },
      state: { type: 'string' },
      blob: { type: 'string' },
      bytes: whole,
      bytesDone: whole,
      parts: whole,
      partsDone: whole,
      rows: whole,
      scored: whole,
      rejected: whole,
      results: list(anything),
      reasons: list(anything),
    },
  },
  Tensor: tensor,
  InferRequest: {
    type: 'object',
    required: ['inputs'],
    properties: {
      id: { type: 'string' },
      inputs: list(schemaRef('Tensor')),
      outputs: list(anything),
      parameters: anything,
    },
  },
  InferResponse: {
    type: 'object',
    required: ['model_name', 'model_version', 'id', 'outputs'],
    properties: {
      model_name: { type: 'string' },
      model_version: { type: 'string' },
      id: { type: 'string' },
      outputs: list(schemaRef('Tensor')),
    },
  },
};
