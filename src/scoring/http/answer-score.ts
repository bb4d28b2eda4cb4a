import { type DialectName, deploymentTarget, type Target } from '../../core/protocols/call-route.ts';
import type { Dialect, ReadableCall } from '../../core/protocols/dialect.ts';
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
export const useTarget = <T>(
  scoring: RequestScoring,
  target: Target,
  work: (model: LoadedModel) => Promise<T>,
): Promise<T> =>
  target.model === undefined
    ? useDefault(scoring, target, work)
    : scoring.registry.use(target.model, work, target.selector);

async function useDefault<T>(
  { registry }: RequestScoring,
  { selector }: Target,
  work: (model: LoadedModel) => Promise<T>,
): Promise<T> {
  const { model, alias } = await registry.defaultModel();
  return registry.use(model, work, selector ?? alias);
}

/** Bare paths name no model; there a header may. */
export const targetOf = (name: DialectName, target: Target, call: HttpCall): Target =>
  target.model !== undefined || (name !== 'azureMl' && name !== 'mlflow')
    ? target
    : { ...target, ...deploymentTarget(call.header('azureml-model-deployment')) };

/** Reads a call, scores what it carries and answers it. */
export function answerScore(
  scoring: RequestScoring,
  model: LoadedModel,
  score: ScoreCall,
): Promise<HttpAnswer | Refusal> {
  const { call } = score;
  const { rowBytesMax, tensorBytesMax } = scoring.limits;
  const bytesMax = model.tensors === undefined ? rowBytesMax : tensorBytesMax;
  if (call.body.length > bytesMax) {
    return Promise.resolve(refusal('body.too_large', `Expected a body of at most ${bytesMax} bytes, got more.`));
  }
  const encoding = call.header('content-encoding');
  return encoding === undefined
    ? answerReadable(scoring, model, score, call)
    : answerPacked(scoring, model, score, encoding, bytesMax);
}

async function answerPacked(
  scoring: RequestScoring,
  model: LoadedModel,
  score: ScoreCall,
  encoding: string,
  bytesMax: number,
): Promise<HttpAnswer | Refusal> {
  const { method, query, body: packed } = score.call;
  const body = await decompressed(encoding, packed, bytesMax);
  if ('code' in body) return body;
  return answerReadable(scoring, model, score, { method, query, header: (name) => score.call.header(name), body });
}

function answerReadable(
  scoring: RequestScoring,
  model: LoadedModel,
  { dialect, requestId, deadline }: ScoreCall,
  call: ReadableCall,
): Promise<HttpAnswer | Refusal> {
  if (model.tensors !== undefined) return answerTensors(model, model.tensors, dialect, call, requestId, deadline);
  const read = dialect.readRows(model, call);
  return 'code' in read ? Promise.resolve(read) : answerRows(scoring, model, read, requestId, deadline);
}

async function answerTensors(
  { manifest }: LoadedModel,
  queue: TensorQueue,
  dialect: Dialect,
  call: ReadableCall,
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
