/** A call and its answer, as their protocols' contracts have them: status, headers and body to the last byte. */
export interface RecordedCall {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text, or for binary data its pieces. */
  readonly body?: string | readonly (string | Uint8Array)[];
  readonly status: number;
  /** Headers of the answer; a pattern where it holds a time. */
  readonly answerHeaders: Readonly<Record<string, string | RegExp>>;
  readonly answer: string | readonly (string | Uint8Array)[];
}

const id = { 'x-request-id': 'r-1' };
const json = { 'content-type': 'application/json' };
const sent = { ...id, ...json };
const got = { ...json, ...id };
const text = { 'content-type': 'text/plain; charset=utf-8', ...id };
const timed = { ...got, 'x-ms-run-fn-exec-ms': /^\d+\.\d{3}$/, 'x-ms-run-function-failed': 'False' };
const floats = (...values: number[]) => new Uint8Array(new Float32Array(values).buffer);

/** The scores of `[{"a":1,"b":2.5},{"a":3}]` by the model `pair`. */
const scores = '[{"first":1,"both":[1,2.5]},{"first":3,"both":[3,0]}]';
const outOfRange = '"expected":"a number, 0..10 K","got":"11"';

const binaryHead =
  '{"id":"t-1","inputs":[{"name":"x","shape":[1,3],"datatype":"FP32","parameters":{"binary_data_size":12}}],"parameters":{"binary_data_output":true}}';
const binaryAnswerHead =
  '{"model_name":"halves","model_version":"1","id":"t-1","outputs":[{"name":"y","datatype":"FP32","shape":[1,3],"parameters":{"binary_data_size":12}}]}';
const rawAnswerHead = binaryAnswerHead.replace('"t-1"', '"r-1"');

export const recordedCalls: readonly RecordedCall[] = [
  {
    name: 'plain: rows',
    method: 'POST',
    path: '/models/pair/score',
    headers: sent,
    body: '[{"a":1,"b":2.5},{"a":3}]',
    status: 200,
    answerHeaders: got,
    answer: `{"model":"pair","version":1,"modelDigest":"<digest>","scores":${scores}}`,
  },
  {
    name: 'plain: CSV in, CSV out',
    method: 'POST',
    path: '/models/pair/score',
    headers: { ...id, 'content-type': 'text/csv', accept: 'text/csv' },
    body: 'a,b\n1,2.5\n3,\n',
    status: 200,
    answerHeaders: { 'content-type': 'text/csv', ...id },
    answer: 'row,first,both.0,both.1\n0,1,1,2.5\n1,3,3,0\n',
  },
  {
    name: 'plain: NDJSON in, NDJSON out, wrong rows marked',
    method: 'POST',
    path: '/models/pair/score?on_error=row',
    headers: { ...id, 'content-type': 'application/x-ndjson', accept: 'application/x-ndjson' },
    body: '{"a":1,"b":2.5}\n{"a":11}\n',
    status: 200,
    answerHeaders: { 'content-type': 'application/x-ndjson', ...id },
    answer: `{"row":0,"outputs":{"first":1,"both":[1,2.5]}}\n{"row":1,"faults":[{"code":"feature.out_of_range","path":"/1/a","expected":"a number, 0..10 K","got":"11 (line 2)"}]}\n`,
  },
  {
    name: 'plain: a wrong value',
    method: 'POST',
    path: '/models/pair/score',
    headers: sent,
    body: '[{"a":1},{"a":11}]',
    status: 400,
    answerHeaders: got,
    answer: `{"error":{"code":"feature.out_of_range","message":"/1/a: expected a number, 0..10 K, got 11.","requestId":"r-1","faults":[{"code":"feature.out_of_range","path":"/1/a",${outOfRange}}]}}`,
  },
  {
    name: 'V2: live',
    method: 'GET',
    path: '/v2/health/live',
    headers: id,
    status: 200,
    answerHeaders: got,
    answer: '{"live":true}',
  },
  {
    name: 'V2: ready',
    method: 'GET',
    path: '/v2/health/ready',
    headers: id,
    status: 200,
    answerHeaders: got,
    answer: '{"live":true,"ready":true}',
  },
  {
    name: 'V2: a model is ready',
    method: 'GET',
    path: '/v2/models/halves/versions/1/ready',
    headers: id,
    status: 200,
    answerHeaders: got,
    answer: '{"name":"halves","ready":true}',
  },
  {
    name: 'V2: the tensors of a model',
    method: 'GET',
    path: '/v2/models/halves',
    headers: id,
    status: 200,
    answerHeaders: got,
    answer:
      '{"name":"halves","versions":["1"],"platform":"onnx_onnxv1","inputs":[{"name":"x","datatype":"FP32","shape":[-1,3]}],"outputs":[{"name":"y","datatype":"FP32","shape":[-1,3]}]}',
  },
  {
    name: 'V2: infer in JSON, as the client of KServe sends it',
    method: 'POST',
    path: '/v2/models/halves/infer',
    headers: sent,
    body: '{"id":"k-1","model_name":"halves","inputs":[{"name":"x","shape":[2,3],"datatype":"FP32","data":[1,2,3,4,5,null]}]}',
    status: 200,
    answerHeaders: got,
    answer:
      '{"model_name":"halves","model_version":"1","id":"k-1","outputs":[{"name":"y","datatype":"FP32","shape":[2,3],"parameters":{"not_finite":1},"data":[0.5,1,1.5,2,2.5,null]}]}',
  },
  {
    name: 'V2: infer in the binary form, as the client of Triton sends it, without a content type',
    method: 'POST',
    path: '/v2/models/halves/infer',
    headers: { ...id, 'inference-header-content-length': String(binaryHead.length) },
    body: [binaryHead, floats(1, 2, 3)],
    status: 200,
    answerHeaders: {
      'content-type': 'application/octet-stream',
      'inference-header-content-length': String(binaryAnswerHead.length),
      ...id,
    },
    answer: [binaryAnswerHead, floats(0.5, 1, 1.5)],
  },
  {
    name: 'V2: a tensor alone',
    method: 'POST',
    path: '/v2/models/halves/infer',
    headers: { ...id, 'inference-header-content-length': '0' },
    body: [floats(1, 2, 3)],
    status: 200,
    answerHeaders: {
      'content-type': 'application/octet-stream',
      'inference-header-content-length': String(rawAnswerHead.length),
      ...id,
    },
    answer: [rawAnswerHead, floats(0.5, 1, 1.5)],
  },
  {
    name: 'V2: a model of rows',
    method: 'POST',
    path: '/v2/models/pair/versions/1/infer',
    headers: sent,
    body: '{"inputs":[{"name":"a","shape":[2,1],"datatype":"FP32","data":[1,3]},{"name":"b","shape":[2],"datatype":"FP64","data":[2.5,null]}],"outputs":[{"name":"both"}]}',
    status: 200,
    answerHeaders: got,
    answer:
      '{"model_name":"pair","model_version":"1","id":"r-1","outputs":[{"name":"both","datatype":"FP64","shape":[2,2],"data":[1,2.5,3,0]}]}',
  },
  {
    name: 'V2: a wrong shape',
    method: 'POST',
    path: '/v2/models/halves/infer',
    headers: sent,
    body: '{"inputs":[{"name":"x","shape":[1,2],"datatype":"FP32","data":[1,2]}]}',
    status: 400,
    answerHeaders: got,
    answer:
      '{"error":"/inputs/0/shape: expected [-1,3] for \\"x\\", got [1,2].","code":"tensor.wrong_shape","requestId":"r-1","faults":[{"code":"tensor.wrong_shape","path":"/inputs/0/shape","expected":"[-1,3] for \\"x\\"","got":"[1,2]"}]}',
  },
  {
    name: 'V2: a version that is not there',
    method: 'POST',
    path: '/v2/models/halves/versions/2/infer',
    headers: sent,
    body: '{}',
    status: 404,
    answerHeaders: got,
    answer:
      '{"error":"Model \\"halves\\" has no version or alias \\"2\\" (versions: 1).","code":"model.unknown","requestId":"r-1"}',
  },
  {
    name: 'V2: the index of models that serve',
    method: 'POST',
    path: '/v2/repository/index',
    headers: sent,
    body: '{"ready":true}',
    status: 200,
    answerHeaders: got,
    answer: `[${['echo', 'halves', 'machine-failure', 'pair', 'pixels', 'reciprocal', 'single', 'wide'].map((name) => `{"name":"${name}","version":"1","state":"READY","reason":""}`).join()}]`,
  },
  {
    name: 'KServe V1: predict',
    method: 'POST',
    path: '/v1/models/pair:predict',
    headers: sent,
    body: '{"instances":[[1,2.5],[3,null]]}',
    status: 200,
    answerHeaders: got,
    answer: `{"predictions":${scores}}`,
  },
  {
    name: 'KServe V1: predict with a model of tensors',
    method: 'POST',
    path: '/v1/models/halves:predict',
    headers: sent,
    body: '{"instances":[[1,2,3],[-0,0.25,5]]}',
    status: 200,
    answerHeaders: got,
    answer: '{"predictions":[[0.5,1,1.5],[-0.0,0.125,2.5]]}',
  },
  {
    name: 'KServe V1: a model is ready',
    method: 'GET',
    path: '/v1/models/pair',
    headers: id,
    status: 200,
    answerHeaders: got,
    answer: '{"name":"pair","ready":true}',
  },
  {
    name: 'MLflow: a data frame, as its client sends one',
    method: 'POST',
    path: '/invocations',
    headers: sent,
    body: '{"dataframe_split": {"index": [0, 1], "columns": ["b", "a"], "data": [[2.5, 1], [null, 3]]}}',
    status: 200,
    answerHeaders: got,
    answer: `{"predictions":${scores}}`,
  },
  {
    name: 'MLflow: a tensor by name',
    method: 'POST',
    path: '/invocations',
    headers: { ...sent, 'azureml-model-deployment': 'halves' },
    body: '{"inputs": {"x": [[1, 2, 3]]}}',
    status: 200,
    answerHeaders: got,
    answer: '{"predictions":{"y":[[0.5,1,1.5]]}}',
  },
  {
    name: 'MLflow: CSV',
    method: 'POST',
    path: '/invocations',
    headers: { ...id, 'content-type': 'text/csv' },
    body: 'a,b\n1,2.5\n3,\n',
    status: 200,
    answerHeaders: got,
    answer: `{"predictions":${scores}}`,
  },
  {
    name: 'MLflow: no form of a body',
    method: 'POST',
    path: '/invocations',
    headers: sent,
    body: '{}',
    status: 400,
    answerHeaders: got,
    answer:
      '{"error_code":"BAD_REQUEST","message":"The body: expected exactly one of dataframe_split, dataframe_records, instances, inputs, got none.","code":"request.malformed","requestId":"r-1","faults":[{"code":"request.malformed","path":"","expected":"exactly one of dataframe_split, dataframe_records, instances, inputs","got":"none"}]}',
  },
  {
    name: 'MLflow: another media type',
    method: 'POST',
    path: '/invocations',
    headers: { ...id, 'content-type': 'application/xml' },
    body: '<a/>',
    status: 415,
    answerHeaders: text,
    answer:
      'Expected content type application/json or text/csv, got "application/xml". (media_type.unsupported, request r-1)\n',
  },
  {
    name: 'MLflow: ping',
    method: 'GET',
    path: '/ping',
    headers: id,
    status: 200,
    answerHeaders: got,
    answer: '\n',
  },
  {
    name: 'Azure ML: health',
    method: 'GET',
    path: '/',
    headers: id,
    status: 200,
    answerHeaders: { ...text, 'x-ms-run-fn-exec-ms': /^\d/ },
    answer: 'Healthy',
  },
  {
    name: 'Azure ML: input_data as a table',
    method: 'POST',
    path: '/score',
    headers: sent,
    body: '{"input_data": {"columns": ["a", "b"], "index": [0, 1], "data": [[1, 2.5], [3, null]]}}',
    status: 200,
    answerHeaders: timed,
    answer: scores,
  },
  {
    name: 'Azure ML: the ids of a call, and another model',
    method: 'POST',
    path: '/score',
    headers: { ...sent, 'x-ms-client-request-id': 'c-1', 'azureml-model-deployment': 'pair/1' },
    body: '{"data": [[1, 2.5], [3, null]]}',
    status: 200,
    answerHeaders: { ...timed, 'x-ms-client-request-id': 'c-1' },
    answer: scores,
  },
  {
    name: 'Azure ML: a tensor',
    method: 'POST',
    path: '/score',
    headers: { ...sent, 'azureml-model-deployment': 'halves' },
    body: '{"data":[[1,2,3]]}',
    status: 200,
    answerHeaders: timed,
    answer: '[[0.5,1,1.5]]',
  },
  {
    name: 'Azure ML: a wrong value',
    method: 'POST',
    path: '/score',
    headers: sent,
    body: '{"data": [[11, 0]]}',
    status: 400,
    answerHeaders: timed,
    answer: `{"message":"/data/0/0: expected a number, 0..10 K, got 11.","code":"feature.out_of_range","requestId":"r-1","faults":[{"code":"feature.out_of_range","path":"/data/0/0",${outOfRange}}]}`,
  },
  {
    name: 'Azure Stream Analytics: events',
    method: 'POST',
    path: '/score',
    headers: sent,
    body: '[{"a":1,"b":2.5},{"a":11}]',
    status: 200,
    answerHeaders: timed,
    answer:
      '[{"first":1,"both":[1,2.5],"error":null},{"first":null,"both":null,"error":"/1/a: expected a number, 0..10 K, got 11"}]',
  },
  {
    name: 'Azure Stream Analytics: Inputs',
    method: 'POST',
    path: '/score',
    headers: sent,
    body: '{"Inputs":{"WebServiceInput0":[{"a":1,"b":2.5}]},"GlobalParameters":{}}',
    status: 200,
    answerHeaders: timed,
    answer: '{"Results":{"WebServiceOutput0":[{"first":1,"both":[1,2.5],"error":null}]}}',
  },
];
