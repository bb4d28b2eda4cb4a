import { type DialectName, deploymentTarget, type Target } from '../../core/protocols/call-route.ts';
import type { ReadableCall } from '../../core/protocols/dialect.ts';
import type { HttpAnswer, HttpCall } from '../../core/protocols/http-message.ts';
import { type Refusal, refusal, refusalOf } from '../../core/protocols/refusal.ts';
import { gotWithoutValues } from '../../core/sensitive/conceal-fault.ts';
import type { LoadedModel } from '../loaded-model.ts';
import { scoreTensors } from '../score-batch.ts';
import type { TensorQueue } from '../tensor-queue.ts';
import { answerRows } from './answer-rows.ts';
import { decompressed } from './content-coding.ts';
import type { RequestScoring } from './http-scoring.ts';
import type { IncomingCall } from './incoming-call.ts';
import { bytesMaxOf, tooLarge } from './read-body.ts';

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

/** Reads what a call carries, scores it and answers it. @param body as it came in */
export function answerScore(
  scoring: RequestScoring,
  model: LoadedModel,
  incoming: IncomingCall,
  body: Uint8Array,
): Promise<HttpAnswer | Refusal> {
  const { method, query, header } = incoming.call;
  const carries = model.tensors === undefined ? 'rows' : 'tensors';
  const refused = tooLarge(body, carries, scoring.limits);
  if (refused !== undefined) return Promise.resolve(refused);
  const encoding = header('content-encoding');
  return encoding === undefined
    ? answerReadable(scoring, model, incoming, { method, query, header, body })
    : answerPacked(scoring, model, incoming, body, encoding, bytesMaxOf(carries, scoring.limits));
}

async function answerPacked(
  scoring: RequestScoring,
  model: LoadedModel,
  incoming: IncomingCall,
  packed: Uint8Array,
  encoding: string,
  bytesMax: number,
): Promise<HttpAnswer | Refusal> {
  const body = await decompressed(encoding, packed, bytesMax);
  if ('code' in body) return body;
  const { method, query, header } = incoming.call;
  return answerReadable(scoring, model, incoming, { method, query, header, body });
}

function answerReadable(
  scoring: RequestScoring,
  model: LoadedModel,
  incoming: IncomingCall,
  call: ReadableCall,
): Promise<HttpAnswer | Refusal> {
  if (model.tensors !== undefined) return answerTensors(model, model.tensors, incoming, call);
  const read = incoming.dialect.readRows(model, call);
  return 'code' in read ? Promise.resolve(concealed(model, read)) : answerRows(scoring, model, read, incoming);
}

/** A body that is not understood may have its sensitive values anywhere. */
function concealed({ layout }: LoadedModel, refused: Refusal): Refusal {
  if (layout.concealed === undefined || refused.faults === undefined || refused.faults.length === 0) return refused;
  const faults = refused.faults.map((fault) => ({ ...fault, got: gotWithoutValues(fault) }));
  return { ...refused, ...refusalOf(faults) };
}

async function answerTensors(
  { manifest }: LoadedModel,
  queue: TensorQueue,
  { dialect, requestId, deadline }: IncomingCall,
  call: ReadableCall,
): Promise<HttpAnswer | Refusal> {
  const { name, version, classes } = manifest;
  if (dialect.readTensors === undefined) {
    const message = `The model ${name} takes tensors, not rows: call POST /v2/models/${name}/infer.`;
    return refusal('model.tensors_only', message);
  }
  const read = dialect.readTensors({ name, version, classes, inputs: queue.inputs, outputs: queue.outputs }, call);
  return 'code' in read ? read : read.answer(await scoreTensors(queue, read.feeds, deadline), requestId);
}
