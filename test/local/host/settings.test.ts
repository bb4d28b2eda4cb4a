import { expect, test } from 'vitest';
import { readAppSettings } from '../../../local/host/settings/app-settings.ts';
import { connectionStringOf, resolveNames } from '../../../local/host/settings/binding-settings.ts';
import { readHostJson } from '../../../local/host/settings/host-json.ts';
import { temporaryFolder } from './temporary-folder.ts';

const hostJsonWith = (content: object) =>
  temporaryFolder({ 'host.json': JSON.stringify({ version: '2.0', ...content }) });

test('the environment goes over local.settings.json', () => {
  const folder = temporaryFolder({
    'local.settings.json': JSON.stringify({
      IsEncrypted: false,
      Values: { A: 'file', B: 'file' },
      ConnectionStrings: { Db: 'x' },
    }),
  });
  expect(readAppSettings(folder, { B: 'environment' })).toEqual({
    A: 'file',
    B: 'environment',
    'ConnectionStrings:Db': 'x',
  });
});

test('settings without "IsEncrypted": false are refused, as nobody can decrypt them here', () => {
  const folder = temporaryFolder({ 'local.settings.json': JSON.stringify({ Values: { A: 'x' } }) });
  expect(() => readAppSettings(folder, {})).toThrow(/"IsEncrypted": false/);
});

test('host.json has the defaults of the Functions host', () => {
  const hostJson = readHostJson(hostJsonWith({}), {});
  expect(hostJson.functionTimeoutMs).toBe(30 * 60_000);
  expect(hostJson.http).toMatchObject({ routePrefix: 'api', bodyBytesMax: 104_857_600 });
  expect(hostJson.eventHubs).toMatchObject({ maxEventBatchSize: 100, batchCheckpointFrequency: 1, prefetchCount: 300 });
  expect(hostJson.queues).toMatchObject({ batchSize: 16, newBatchThreshold: 8, maxDequeueCount: 5, leaseMs: 600_000 });
});

test('a value of host.json is replaced from the environment, whatever the case of its name', () => {
  const folder = hostJsonWith({ extensions: { eventHubs: { maxEventBatchSize: 256, prefetchCount: 512 } } });
  const { eventHubs, functionTimeoutMs } = readHostJson(folder, {
    AzureFunctionsJobHost__extensions__EventHubs__MaxEventBatchSize: '64',
    azurefunctionsjobhost__functionTimeout: '00:00:05',
  });
  expect(eventHubs).toMatchObject({ maxEventBatchSize: 64, prefetchCount: 512 });
  expect(functionTimeoutMs).toBe(5000);
});

test('a function timeout of -1 is no limit', () => {
  expect(readHostJson(hostJsonWith({ functionTimeout: '-1' }), {}).functionTimeoutMs).toBeUndefined();
});

test.each([
  [{ version: '1.0' }, /version must be "2.0", but it is "1.0"/],
  [{ functionTimeout: 'soon' }, /functionTimeout must be a time span .* but it is "soon"/],
  [{ functionTimeout: '00:00:00.5' }, /functionTimeout must be a time span/],
  [{ extensions: { queues: { batchSize: 33 } } }, /extensions.queues.batchSize must be an integer from 1 to 32/],
  [{ extensions: { eventHubs: { minEventBatchSize: 101 } } }, /minEventBatchSize must be an integer from 1 to 100/],
  [
    { extensions: { eventHubs: { initialOffsetOptions: { type: 'fromEnqueuedTime' } } } },
    /enqueuedTimeUtc must be a time/,
  ],
  [{ extensions: [] }, /extensions must be an object/],
])('host.json %j is refused with the reason', (content, message) => {
  expect(() => readHostJson(hostJsonWith(content), {})).toThrow(message);
});

test('a folder without host.json is refused with what is missing', () => {
  expect(() => readHostJson(temporaryFolder(), {})).toThrow(/host\.json is missing/);
});

test('%NAME% is replaced by the setting; a missing one names function and setting', () => {
  expect(resolveNames('%PRE%-x-%POST%', { PRE: 'a', POST: 'b' }, 'score', 'queueName')).toBe('a-x-b');
  expect(() => resolveNames('%HUB%', {}, 'score', 'eventHubName')).toThrow(/Function score: .*eventHubName.*HUB/);
});

test('a connection is found under the names that the Functions host tries', () => {
  expect(connectionStringOf('Storage', { AzureWebJobsStorage: 'a' }, 'f')).toBe('a');
  expect(connectionStringOf('EVENTS', { EVENTS: 'b' }, 'f')).toBe('b');
  expect(connectionStringOf('db', { 'ConnectionStrings:db': 'c' }, 'f')).toBe('c');
});

test('a connection by identity cannot be opened here, and the error says so', () => {
  const settings = { EVENTS__fullyQualifiedNamespace: 'x.servicebus.windows.net' };
  expect(() => connectionStringOf('EVENTS', settings, 'score')).toThrow(
    /Function score: .*EVENTS .*EVENTS__fullyQualifiedNamespace would need an identity/,
  );
});
