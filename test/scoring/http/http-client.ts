import { FileModelRepository } from '../../../src/adapters/file-model-repository.ts';
import { loadOnnxScorer } from '../../../src/adapters/onnx-scorer.ts';
import type { HttpAnswer } from '../../../src/core/protocols/http-message.ts';
import type { CallLimits } from '../../../src/scoring/http/call-limits.ts';
import { ModelRegistry } from '../../../src/scoring/model-registry.ts';
import type { Sink } from '../../../src/scoring/ports.ts';
import { scoreRequest } from '../../../src/scoring/score-request.ts';
import { keepingLog } from '../bundled-model.ts';
import { MemorySink } from '../memory-ports.ts';
import { makeHttpModels } from './http-models.ts';
import { requestScoring } from './request-scoring.ts';

export interface CallOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: string;
}

/** An app over a folder of models, called as the door calls it. */
export interface HttpClient {
  readonly registry: ModelRegistry;
  readonly log: ReturnType<typeof keepingLog>;
  call(method: string, path: string, body?: string | Uint8Array | object, options?: CallOptions): Promise<Answered>;
  close(): Promise<void>;
}

export interface Answered extends HttpAnswer {
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests reach into answers of every shape.
  readonly json: any;
}

/** @param routes what `routes.json` would say */
export async function httpClient(
  options: { limits?: Partial<CallLimits>; sink?: Sink; routes?: object } = {},
): Promise<HttpClient> {
  const { models, remove } = await makeHttpModels();
  const repository = new FileModelRepository(models);
  repository.routes = async () => options.routes ?? { http: { default: 'machine-failure' } };
  const registry = new ModelRegistry(repository, loadOnnxScorer);
  const scoring = requestScoring({ registry, sink: options.sink ?? new MemorySink(), limits: options.limits ?? {} });
  const log = keepingLog();
  return {
    registry,
    log,
    async call(method, path, body = '', { headers = {}, query = '' } = {}) {
      const bytes =
        body instanceof Uint8Array ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
      const answer = await scoreRequest(
        scoring,
        { method, path, query, header: (name) => headers[name], readBody: () => bytes },
        log,
      );
      const text = Buffer.from(answer.body).toString();
      return { ...answer, text, json: parsed(text) };
    },
    async close() {
      await registry.release();
      remove();
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
