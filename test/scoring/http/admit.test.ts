import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FileModelRepository } from '../../../src/adapters/file-model-repository.ts';
import { loadOnnxScorer } from '../../../src/adapters/onnx-scorer.ts';
import { type AccessKeys, noKeys, withoutKey } from '../../../src/core/access/access-keys.ts';
import { keyRingOf } from '../../../src/core/access/key-secret.ts';
import { ScoringError } from '../../../src/core/fault.ts';
import type { CallAccess } from '../../../src/scoring/access/call-access.ts';
import { issueKey, type KeyGrant } from '../../../src/scoring/access/issue-key.ts';
import type { KeyStore } from '../../../src/scoring/access/key-store.ts';
import { ModelRegistry } from '../../../src/scoring/model-registry.ts';
import { scoreRequest } from '../../../src/scoring/score-request.ts';
import { bundledModels, keepingLog, readings } from '../bundled-model.ts';
import { requestScoring } from './request-scoring.ts';

let registry: ModelRegistry;
beforeAll(() => {
  registry = new ModelRegistry(new FileModelRepository(bundledModels), loadOnnxScorer);
});
afterAll(() => registry.release());

class MemoryKeys implements KeyStore {
  keys: AccessKeys = noKeys;

  async read(): Promise<AccessKeys> {
    return this.keys;
  }

  async change(change: (current: AccessKeys) => AccessKeys): Promise<AccessKeys> {
    this.keys = change(this.keys);
    return this.keys;
  }
}

const store = new MemoryKeys();
const issue = async (grant: Partial<KeyGrant> = {}) =>
  (await issueKey(store, { name: `n${store.keys.keys.length}`, rights: ['score', 'metadata'], ...grant }))!;

interface Asked {
  readonly headers?: Record<string, string>;
  readonly query?: string;
  readonly access?: Partial<CallAccess>;
  readonly body?: unknown;
}

const log = keepingLog();

async function ask(method: string, path: string, { headers = {}, query = '', access = {}, body }: Asked = {}) {
  const closed = { isAnonymous: false, keys: async () => keyRingOf(store.keys), ...access };
  const bytes = Buffer.from(body === undefined ? '' : JSON.stringify(body));
  const call = { method, path, query, header: (name: string) => headers[name], readBody: () => bytes };
  const answer = await scoreRequest(requestScoring({ registry, access: closed }), call, log);
  return { ...answer, text: String(answer.body) };
}

const bearer = (text: string) => ({ authorization: `Bearer ${text}` });
const scorePath = '/models/machine-failure/score';
const score = (asked: Asked = {}) => ask('POST', scorePath, { body: readings(1), ...asked });

describe('a key is taken from where clients put it', () => {
  test.each<[string, (text: string) => Asked]>([
    ['Authorization', (text) => ({ headers: bearer(text) })],
    ['Authorization in other letters', (text) => ({ headers: { authorization: `bearer  ${text}` } })],
    ['x-functions-key', (text) => ({ headers: { 'x-functions-key': text } })],
    ['?code=', (text) => ({ query: `on_error=row&code=${text}` })],
    [
      'one header, where another holds a foreign token',
      (text) => ({ headers: { ...bearer('eyJ0.eyJh.x'), 'x-functions-key': text } }),
    ],
  ])('%s', async (_, asked) => {
    const { text } = await issue();
    expect((await score(asked(text))).status).toBe(200);
  });
});

describe('without a valid key every dialect says so in its own shape, and gives no hint', () => {
  test.each([
    ['POST', scorePath, (json: Record<string, Record<string, unknown>>) => json.error?.code],
    ['POST', '/v2/models/machine-failure/infer', (json: Record<string, unknown>) => json.code],
    ['POST', '/v1/models/machine-failure:predict', (json: Record<string, unknown>) => json.code],
    ['POST', '/invocations', (json: Record<string, unknown>) => [json.error_code, json.code].join(' ')],
    ['POST', '/score', (json: Record<string, unknown>) => json.code],
    ['GET', '/status', (json: Record<string, Record<string, unknown>>) => json.error?.code],
    ['GET', '/v2/models', (json: Record<string, unknown>) => json.code],
    ['GET', '/swagger.json', (json: Record<string, unknown>) => json.code],
  ])('%s %s', async (method, path, codeOf) => {
    const answer = await ask(method, path);
    expect([answer.status, answer.headers['www-authenticate']]).toEqual([401, 'Bearer']);
    expect(codeOf(JSON.parse(answer.text))).toBe(
      path === '/invocations' ? 'UNAUTHENTICATED access.unauthenticated' : 'access.unauthenticated',
    );
  });

  test('a key that is wrong, revoked or over, or none, is answered the same to the letter', async () => {
    const revoked = await issue();
    store.keys = withoutKey(store.keys, revoked.key.id);
    const over = await issue({ expiresAt: '2020-01-01T00:00:00Z' });
    const good = await issue();
    const wrong = `${good.text.slice(0, -2)}${good.text.endsWith('AA') ? 'BB' : 'AA'}`;
    const withId = { 'x-request-id': 'r' };
    const none = await score({ headers: withId });
    for (const text of [revoked.text, over.text, wrong, 'slk_', 'x'.repeat(10_000)]) {
      expect(await score({ headers: { ...withId, ...bearer(text) } })).toEqual(none);
    }
  });
});

describe('rights', () => {
  test('what a key may not do is 403', async () => {
    const { text } = await issue({ rights: ['metadata'] });
    const answer = await score({ headers: bearer(text) });
    expect([answer.status, JSON.parse(answer.text).error]).toMatchObject([
      403,
      { code: 'access.forbidden', message: 'Expected a caller with the right score for this model.' },
    ]);
    expect((await ask('GET', '/v2/models/machine-failure', { headers: bearer(text) })).status).toBe(200);
  });

  test('a key that only scores sees nothing else; one of an administrator does it all', async () => {
    const [scorer, admin] = [await issue({ rights: ['score'] }), await issue({ rights: ['admin'] })];
    for (const path of ['/status', '/v2/models', '/v2/models/machine-failure', '/version', '/swagger.json']) {
      expect([path, (await ask('GET', path, { headers: bearer(scorer.text) })).status]).toEqual([path, 403]);
      expect([path, (await ask('GET', path, { headers: bearer(admin.text) })).status]).toEqual([path, 200]);
    }
    expect((await score({ headers: bearer(admin.text) })).status).toBe(200);
  });

  test('a key of some models works on these, also where the path names none, and lists no others', async () => {
    const { text: mine } = await issue({ models: ['machine-failure'] });
    const { text: others } = await issue({ models: ['pump'] });
    const withId = (text: string) => ({ ...bearer(text), 'x-request-id': 'r' });
    expect((await score({ headers: bearer(mine) })).status).toBe(200);
    expect((await ask('POST', '/score', { headers: bearer(mine), body: readings(1) })).status).toBe(200);
    const refused = await score({ headers: withId(others) });
    expect(refused.status).toBe(403);
    expect((await ask('POST', '/score', { headers: bearer(others), body: readings(1) })).status).toBe(403);
    // A model that is there and one that is not are refused alike.
    expect(await ask('POST', '/models/nowhere/score', { headers: withId(others), body: [] })).toEqual(refused);
    expect((await ask('POST', '/models/pump/score', { headers: bearer(others), body: [] })).status).toBe(404);
    expect((await ask('GET', '/v2/models', { headers: bearer(mine) })).text).toBe('{"models":["machine-failure"]}');
    expect((await ask('GET', '/v2/models', { headers: bearer(others) })).text).toBe('{"models":[]}');
    expect((await ask('GET', '/status', { headers: bearer(mine) })).status).toBe(403);
  });
});

test.each([
  ['GET', '/v2/health/live'],
  ['GET', '/v2/health/ready'],
  ['GET', '/ping'],
  ['GET', '/'],
  ['OPTIONS', '/score'],
])('probes need no key, and no storage: %s %s', async (method, path) => {
  const keys = () => Promise.reject(new ScoringError('storage.unavailable', 'gone', { retryable: true }));
  expect((await ask(method, path, { access: { keys } })).status).toBe(200);
});

test('when the keys cannot be read the answer is to come again, not a refusal', async () => {
  const { text } = await issue();
  const keys = () => Promise.reject(new ScoringError('storage.unavailable', 'gone', { retryable: true }));
  expect(await score({ headers: bearer(text), access: { keys } })).toMatchObject({
    status: 503,
    headers: { 'retry-after': '5' },
  });
});

describe('Easy Auth', () => {
  const principal = (...roles: string[]) => ({
    'x-ms-client-principal': Buffer.from(
      JSON.stringify({ role_typ: 'roles', claims: roles.map((val) => ({ typ: 'roles', val })) }),
    ).toString('base64'),
  });
  const access = { hasEasyAuth: true };

  test('its header means something only where the setting says that it stands there', async () => {
    const headers = principal('Sluice.Score');
    expect((await score({ headers })).status).toBe(401);
    expect((await score({ headers, access })).status).toBe(200);
  });

  test('roles are rights', async () => {
    const headers = { ...principal('Sluice.Metadata'), ...bearer('eyJ0.eyJh.x') };
    expect((await score({ headers, access })).status).toBe(403);
    expect((await ask('GET', '/status', { headers, access })).status).toBe(200);
    expect((await score({ headers: principal(), access })).status).toBe(403);
    expect((await score({ headers: { 'x-ms-client-principal': 'x' }, access })).status).toBe(401);
  });

  test('a wrong key is not saved by a principal', async () => {
    const { text, key } = await issue();
    store.keys = withoutKey(store.keys, key.id);
    expect((await score({ headers: { ...principal('Sluice.Admin'), ...bearer(text) }, access })).status).toBe(401);
  });
});

test('anonymous calls score and look where the setting says so', async () => {
  const access = { isAnonymous: true };
  expect((await score({ access })).status).toBe(200);
  expect((await ask('GET', '/status', { access })).status).toBe(200);
});

test.each([
  ['POST', '/v2/repository/index'],
  ['GET', '/openapi.json'],
  ['GET', '/docs'],
])('%s %s is not there unless it is switched on', async (method, path) => {
  const { text } = await issue({ rights: ['admin'] });
  const status = async (hasDocs: boolean) =>
    (await ask(method, path, { headers: bearer(text), access: { hasDocs } })).status;
  expect([await status(false), await status(true)]).toEqual([404, 200]);
});

test('the description needs a key, and tells of no model that the key is not for; the page itself tells of none', async () => {
  const { text: mine } = await issue({ models: ['machine-failure'] });
  const { text: others } = await issue({ models: ['pump'] });
  const described = async (headers: Record<string, string>) => (await ask('GET', '/openapi.json', { headers })).text;
  expect((await ask('GET', '/openapi.json')).status).toBe(401);
  expect(await described(bearer(mine))).toContain('machine-failure');
  expect(await described(bearer(others))).not.toContain('machine-failure');
  const page = await ask('GET', '/docs');
  expect(page.status).toBe(200);
  expect(page.text).not.toContain('machine-failure');
});

test('no key is ever logged or answered', async () => {
  const { text } = await issue();
  const keys = () => Promise.reject(new Error('unforeseen'));
  const answers = [
    await score({ query: `code=${text}`, access: { keys } }),
    await score({ headers: bearer(text), body: '{' }),
    await ask('GET', '/nowhere', { query: `code=${text}` }),
    await ask('GET', '/score', { query: `code=${text}&data=[]` }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([500, 400, 404, 400]);
  expect(JSON.stringify([log.lines, answers])).not.toContain(text);
});
