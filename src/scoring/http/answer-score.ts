import { type DialectName, deploymentTarget, type Target } from '../../core/protocols/call-route.ts';
import type { Dialect } from '../../core/protocols/dialect.ts';
import type { HttpAnswer, HttpCall } from '../../core/protocols/http-message.ts';
import { type Refusal, refusal } from '../../core/protocols/refusal.ts';
import type { Deadline } from '../deadline.ts';
import type { LoadedModel } from '../loaded-model.ts';
import { scoreTensors } from '../score-batch.ts';
import type { TensorQueue } from '../tensor-queue.ts';
import { answerRows } from './answer-rows.ts';
import { decompressed } from './content-coding.ts';
import type { RequestScoring } from './http-scoring.ts';

/** A call that scores, with what was found out about it on the way. */
export interface ScoreCall {
  readonly dialect: Dialect;
  readonly call: HttpCall;
  readonly requestId: string;
  readonly deadline: Deadline;
}

/** Works with the model of a call. @throws {ScoringError} `model.unknown`, and why the model does not load */
export async function useTarget<T>(
  { registry }: RequestScoring,
  target: Target,
  work: (model: LoadedModel) => Promise<T>,
): Promise<T> {
  if (target.model !== undefined) return registry.use(target.model, work, target.selector);
  const { model, alias } = await registry.defaultModel();
  return registry.use(model, work, target.selector ?? alias);
}

/** Bare paths name no model; there a header may. */
export const targetOf = (name: DialectName, target: Target, call: HttpCall): Target =>
  target.model !== undefined || (name !== 'azureMl' && name !== 'mlflow')
    ? target
    : { ...target, ...deploymentTarget(call.header('azureml-model-deployment')) };

/** Reads a call, scores what it carries and answers it. */
export async function answerScore(
  scoring: RequestScoring,
  model: LoadedModel,
  score: ScoreCall,
): Promise<HttpAnswer | Refusal> {
  const { call, dialect, requestId, deadline } = score;
  const { rowBytesMax, tensorBytesMax } = scoring.limits;
  const bytesMax = model.tensors === undefined ? rowBytesMax : tensorBytesMax;
  if (call.body.length > bytesMax) {
    return refusal('body.too_large', `Expected a body of at most ${bytesMax} bytes, got more.`);
  }
  const encoding = call.header('content-encoding');
  const body = encoding === undefined ? call.body : await decompressed(encoding, call.body, bytesMax);
  if ('code' in body) return body;
  const readable = { method: call.method, query: call.query, header: (name: string) => call.header(name), body };
  if (model.tensors !== undefined) return answerTensors(model, model.tensors, dialect, readable, requestId, deadline);
  const read = dialect.readRows(model, readable);
  return 'code' in read ? read : answerRows(scoring, model, read, requestId, deadline);
}

async function answerTensors(
  { manifest }: LoadedModel,
  queue: TensorQueue,
  dialect: Dialect,
  call: Parameters<Dialect['readRows']>[1],
  requestId: string,
  deadline: Deadline,
): Promise<HttpAnswer | Refusal> {
  const { name, version, classes } = manifest;
  if (dialect.readTensors === undefined) {
    const message = `The model ${name} takes tensors, not rows: call POST /v2/models/${name}/infer.`;
    return refusal('model.tensors_only', message);
  }
  const read = dialect.readTensors({ name, version, classes, inputs: queue.inputs, outputs: queue.outputs }, call);
  return 'code' in read ? read : read.answer(await scoreTensors(queue, read.feeds, deadline), requestId);
}
