import { anyone, type Caller, mayUse } from '../../core/access/rights.ts';
import { ScoringError } from '../../core/fault.ts';
import { swaggerOf, swaggerVersions } from '../../core/protocols/azure-ml/swagger.ts';
import type { Ask, DialectName, JobAsk } from '../../core/protocols/call-route.ts';
import { type HttpAnswer, type HttpCall, jsonAnswer, textAnswer } from '../../core/protocols/http-message.ts';
import { modelMetadata, serverMetadata } from '../../core/protocols/open-inference/model-metadata.ts';
import { readIndexRequest } from '../../core/protocols/open-inference/repository-index.ts';
import { type Refusal, refusal } from '../../core/protocols/refusal.ts';
import type { ModelState } from '../models/followed-alias.ts';
import { targetOf, useTarget } from './answer-score.ts';
import { describeApp } from './describe-app.ts';
import type { RequestScoring } from './http-scoring.ts';
import { docsPage } from './page/docs-page.ts';
import { bodyOf, tooLarge } from './read-body.ts';

/** What is asked of the app that is no score. */
export type AboutAsk = Exclude<Ask, JobAsk | { kind: 'score' | 'not found' | 'method not allowed' }>;

const json = (value: object, status = 200): HttpAnswer => jsonAnswer(status, JSON.stringify(value));

/** Answers what is asked about the app and its models; lists name those that the caller may use. */
export async function answerAbout(
  scoring: RequestScoring,
  dialect: DialectName,
  ask: AboutAsk,
  call: HttpCall,
  caller: Caller,
): Promise<HttpAnswer | Refusal> {
  switch (ask.kind) {
    case 'status': {
      const status = await scoring.status();
      return jsonAnswer(status.ready ? 200 : 503, `${JSON.stringify(status, null, 2)}\n`);
    }
    case 'live':
      return json({ live: true });
    case 'ready':
      return answerReady(scoring);
    case 'server':
      return json(serverMetadata(scoring.version));
    case 'models':
      return json({ models: (await serving(scoring, caller)).map(({ name }) => name) });
    case 'repository index':
      return answerIndex(scoring, call, caller);
    case 'model':
      return useTarget(scoring, ask.target, async ({ manifest, tensors }) => json(modelMetadata(manifest, tensors)));
    case 'model ready':
      return useTarget(scoring, ask.target, async ({ manifest }) => json({ name: manifest.name, ready: true }));
    case 'ping':
      return answerPing(scoring);
    case 'version':
      return textAnswer(200, scoring.version);
    case 'healthy':
      return textAnswer(200, 'Healthy');
    case 'openapi':
      return json(await describeApp(scoring, caller));
    case 'docs':
      return docsPage;
    case 'options':
      return { status: 200, headers: { allow: 'GET, POST, OPTIONS' }, body: '' };
    case 'swagger': {
      const version = new URLSearchParams(call.query).get('version') ?? '2';
      if (!swaggerVersions.includes(version)) {
        const message = `Expected version=${swaggerVersions.join(', ')}, got ${JSON.stringify(version)}.`;
        return refusal('route.not_found', message);
      }
      const target = targetOf(dialect, {}, call);
      return useTarget(scoring, target, async ({ manifest }) => json(swaggerOf(manifest, version, scoring.version)));
    }
  }
}

/** The live versions that serve, by name. */
async function serving({ registry }: RequestScoring, caller: Caller): Promise<ModelState[]> {
  return (await registry.states()).filter(
    ({ name, alias, digest }) => alias === 'live' && digest !== undefined && mayUse(caller, name),
  );
}

/** Ready is an app that has models, each of which serves. Anybody may ask that; why it is not is for those with a key. */
async function answerReady({ registry, access }: RequestScoring): Promise<HttpAnswer> {
  const states = await registry.states();
  const broken = states.find(({ digest }) => digest === undefined);
  if (states.length > 0 && broken === undefined) return json({ live: true, ready: true });
  const why = broken === undefined ? 'No model is installed.' : `Model ${broken.name}: ${broken.problem}`;
  const error = access.isAnonymous ? why : 'GET /status says why.';
  return json({ live: true, ready: false, error }, 503);
}

/** Where no model is, there is nobody to answer. */
async function answerPing(scoring: RequestScoring): Promise<HttpAnswer> {
  if ((await serving(scoring, anyone)).length > 0)
    return { status: 200, headers: { 'content-type': 'application/json' }, body: '\n' };
  throw new ScoringError('model.unknown', 'No model serves: GET /status says why.', { retryable: true });
}

async function answerIndex(
  { registry, limits }: RequestScoring,
  call: HttpCall,
  caller: Caller,
): Promise<HttpAnswer | Refusal> {
  const body = await bodyOf(call, limits);
  const asked = tooLarge(body, 'rows', limits) ?? readIndexRequest(body);
  if ('code' in asked) return asked;
  const states = (await registry.states()).filter(({ name }) => mayUse(caller, name));
  const rows = states.map(({ name, version, digest, problem }) => ({
    name,
    version: String(version),
    state: digest === undefined ? 'UNAVAILABLE' : 'READY',
    reason: problem ?? '',
  }));
  return jsonAnswer(200, JSON.stringify(asked.ready ? rows.filter(({ state }) => state === 'READY') : rows));
}
