import type { Fault } from '../../fault.ts';
import type { Score } from '../../outputs/read-outputs.ts';
import { malformed } from '../body-json.ts';
import type { Dialect, ReadableCall, TensorModel } from '../dialect.ts';
import { jsonAnswer } from '../http-message.ts';
import { detailsOf, headOf, type Refusal, refusalOf } from '../refusal.ts';
import { rowsOfTensors } from './feature-rows.ts';
import { type InferRequest, readInferBody } from './infer-body.ts';
import { feedsOfCall } from './model-feeds.ts';
import { jsonLengthHeader, printTensors, requested } from './print-tensors.ts';
import { readRawBody } from './raw-body.ts';
import type { RequestedOutput } from './requested-outputs.ts';
import { scoreTensors } from './score-tensors.ts';

/** The Open Inference Protocol, version 2, as Triton, KServe and MLServer speak it, with binary tensors both ways. */
export const openInference: Dialect = {
  readRows(model, call) {
    const request = readRequest(call, undefined);
    if ('code' in request) return request;
    const { manifest } = model;
    const asked = requested(request, Object.keys(manifest.outputs));
    if (isFaults(asked)) return refusalOf(asked);
    const rows = rowsOfTensors(model, request.inputs);
    if ('code' in rows) return rows;
    return {
      kind: 'rows',
      rows,
      marksRows: false,
      id: request.id,
      answer: ({ scores, requestId }) => {
        const head = { ...manifest, id: request.id ?? requestId, classes: manifest.classes };
        return printTensors(head, asked, scoreTensors(manifest, scores as readonly Score[]));
      },
    };
  },

  readTensors(model, call) {
    const request = readRequest(call, model);
    if ('code' in request) return request;
    const asked = requested(
      request,
      model.outputs.map(({ name }) => name),
    );
    if (isFaults(asked)) return refusalOf(asked);
    const feeds = feedsOfCall(model.inputs, request.inputs);
    if (Array.isArray(feeds)) return refusalOf(feeds);
    return {
      kind: 'tensors',
      feeds,
      answer: (outputs, requestId) => {
        const named = Object.entries(outputs).map(([name, tensor]) => ({ name, ...tensor }));
        return printTensors({ ...model, id: request.id ?? requestId }, asked, named);
      },
    };
  },

  refuse(refusal, requestId) {
    const { status, headers } = headOf(refusal);
    return jsonAnswer(status, JSON.stringify({ error: refusal.message, ...detailsOf(refusal, requestId) }), headers);
  },
};

const isFaults = (asked: readonly RequestedOutput[] | Fault[]): asked is Fault[] =>
  asked[0] !== undefined && 'code' in asked[0];

/** @param model a model of tensors, which alone may be called with a tensor and nothing else */
function readRequest({ header, body }: ReadableCall, model: TensorModel | undefined): InferRequest | Refusal {
  const length = header(jsonLengthHeader);
  const jsonBytes = length === undefined ? undefined : jsonBytesOf(length, body);
  if (typeof jsonBytes === 'object') return refusalOf([jsonBytes]);
  const request = jsonBytes === 0 && model !== undefined ? readRawBody(model, body) : readInferBody(body, jsonBytes);
  return 'code' in request ? refusalOf([request as Fault]) : request;
}

function jsonBytesOf(length: string, body: Uint8Array): number | Fault {
  const bytes = /^\d{1,15}$/.test(length) ? Number(length) : -1;
  if (bytes >= 0 && bytes <= body.length) return bytes;
  return malformed(
    '',
    `a header Inference-Header-Content-Length of at most the ${body.length} bytes of the body`,
    length,
  );
}
