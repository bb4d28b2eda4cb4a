import { expect, test } from 'vitest';
import { defineFunctions } from '../../../local/host/app/define-functions.ts';
import type { FunctionMetadata } from '../../../local/host/worker/worker-messages.ts';

function define(metadata: Partial<FunctionMetadata>, settings: Record<string, string> = {}, allowList?: string[]) {
  const warnings: string[] = [];
  const log = (_level: string, _category: string, message: string) => warnings.push(message);
  const given = { name: 'score', functionId: 'score', bindings: {}, ...metadata };
  return { functions: defineFunctions([given], { settings, allowList, log }), warnings };
}

const eventHub = { type: 'eventHubTrigger', direction: 'in', eventHubName: '%HUB%', connection: 'EVENTS' };
const settings = { HUB: 'telemetry', EVENTS: 'Endpoint=...' };

test('an Event Hubs trigger gets its names from the settings and the defaults of the extension', () => {
  const { functions } = define({ bindings: { events: eventHub } }, settings);
  expect(functions[0]).toMatchObject({
    bindingName: 'events',
    trigger: {
      eventHubName: 'telemetry',
      consumerGroup: '$Default',
      connectionString: 'Endpoint=...',
      cardinality: 'one',
      dataType: 'undefined',
    },
  });
});

test.each([
  [{ events: { ...eventHub, connection: undefined } }, /Function score: connection must be a text/],
  [{ events: { ...eventHub, cardinality: 'few' } }, /cardinality must be one \| many, but it is "few"/],
  [{ blob: { type: 'blobTrigger' } }, /the local host has no trigger "blobTrigger"/],
  [{ events: eventHub, out: { type: 'cosmosDB', direction: 'out' } }, /no output binding "cosmosDB" \(out\)/],
  [{ events: eventHub, more: { type: 'blob', direction: 'in' } }, /no input binding "blob" \(more\)/],
  [{}, /exactly one trigger is needed, but it has 0/],
])('the bindings %j are refused with the function and the reason', (bindings, message) => {
  expect(() => define({ bindings }, settings)).toThrow(message);
});

test('a function that is switched off is left out, its missing settings included', () => {
  const off = (extra: Record<string, string>, allowList?: string[]) =>
    define({ bindings: { events: eventHub } }, extra, allowList).functions;
  expect(off({ 'AzureWebJobs.score.Disabled': 'true' })).toEqual([]);
  expect(off({ AzureWebJobs__score__Disabled: '1' })).toEqual([]);
  expect(off({}, ['another'])).toEqual([]);
  expect(off({ ...settings, 'AzureWebJobs.score.Disabled': 'false' }, ['SCORE'])).toHaveLength(1);
});

test('a retry policy where the Functions host has none is said and left out', () => {
  const bindings = { req: { type: 'httpTrigger', methods: ['GET'] }, $return: { type: 'http', direction: 'out' } };
  const { functions, warnings } = define({ bindings, retryOptions: { retryStrategy: 'fixedDelay', maxRetryCount: 3 } });
  expect(functions[0]?.retry).toBeUndefined();
  expect(warnings).toEqual([expect.stringMatching(/retry policy has no effect.*httpTrigger/)]);
});
