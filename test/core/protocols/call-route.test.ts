import { expect, test } from 'vitest';
import { callRoute, deploymentTarget } from '../../../src/core/protocols/call-route.ts';

const score = (dialect: string, target: object = {}) => ({ dialect, ask: { kind: 'score', target } });
const about = (dialect: string, kind: string) => ({ dialect, ask: { kind } });

test.each([
  ['GET', '/status', about('plain', 'status')],
  ['HEAD', '/status/', about('plain', 'status')],
  ['POST', '/models/pump/score', score('plain', { model: 'pump' })],
  ['POST', '/models/a%2Fb/score/', score('plain', { model: 'a/b' })],
  ['POST', '/models/%zz/score', score('plain', { model: '%zz' })],
  ['POST', '/models/pump/versions/2/score', score('plain', { model: 'pump', selector: '2' })],
  ['POST', '/v2/models/pump/infer', score('openInference', { model: 'pump' })],
  ['POST', '/v2/models/pump/versions/7/infer', score('openInference', { model: 'pump', selector: '7' })],
  ['GET', '/v2/', about('openInference', 'server')],
  ['GET', '/v2/models', about('openInference', 'models')],
  ['GET', '/v2/models/pump', { dialect: 'openInference', ask: { kind: 'model', target: { model: 'pump' } } }],
  [
    'GET',
    '/v2/models/pump/versions/7/ready',
    { dialect: 'openInference', ask: { kind: 'model ready', target: { model: 'pump', selector: '7' } } },
  ],
  ['POST', '/v2/repository/index', about('openInference', 'repository index')],
  ['POST', '/v1/models/pump:predict', score('kserveV1', { model: 'pump' })],
  ['GET', '/v1/models/pump', { dialect: 'kserveV1', ask: { kind: 'model ready', target: { model: 'pump' } } }],
  ['POST', '/invocations', score('mlflow')],
  ['GET', '/ping', about('mlflow', 'ping')],
  ['GET', '/health', about('mlflow', 'ping')],
  ['GET', '/version', about('mlflow', 'version')],
  ['POST', '/score', score('azureMl')],
  ['GET', '/score', score('azureMl')],
  ['OPTIONS', '/score', about('azureMl', 'options')],
  ['GET', '/', about('azureMl', 'healthy')],
  ['GET', '/swagger.json', about('azureMl', 'swagger')],
  ['GET', '/models/pump/score', { dialect: 'plain', ask: { kind: 'method not allowed', allow: 'POST' } }],
  ['PUT', '/score', { dialect: 'azureMl', ask: { kind: 'method not allowed', allow: 'POST, GET, OPTIONS' } }],
  ['DELETE', '/status', { dialect: 'plain', ask: { kind: 'method not allowed', allow: 'GET' } }],
  ['GET', '/v2/nowhere', { dialect: 'openInference', ask: { kind: 'not found' } }],
  ['POST', '/v1/models/pump:explain', { dialect: 'kserveV1', ask: { kind: 'not found' } }],
  ['POST', '/models//score', { dialect: 'plain', ask: { kind: 'not found' } }],
  ['POST', '/models/a/b/score', { dialect: 'plain', ask: { kind: 'not found' } }],
])('%s %s', (method, path, route) => {
  expect(callRoute(method, path)).toEqual(route);
});

test('the header of a deployment names a model, and a version of it', () => {
  expect(deploymentTarget(undefined)).toEqual({});
  expect(deploymentTarget('pump')).toEqual({ model: 'pump' });
  expect(deploymentTarget('pump/7')).toEqual({ model: 'pump', selector: '7' });
});
