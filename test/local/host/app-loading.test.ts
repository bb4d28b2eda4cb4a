import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { fixtureFolder, startFixture } from './fixture-host.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** An app of one file; it finds the packages of this project from inside the fixture folder only, so it registers by the core module. */
function appOf(source: string, files: Readonly<Record<string, string>> = {}): string {
  return temporaryFolder({
    'host.json': '{ "version": "2.0" }',
    'package.json': '{ "main": "main.cjs" }',
    'main.cjs': `const core = require('@azure/functions-core');\n${source}`,
    ...files,
  });
}

const register = (bindings: object, extra = {}) =>
  `core.registerFunction(${JSON.stringify({ name: 'score', bindings, ...extra })}, () => {});`;

test('one file that throws while it is loaded is an error with the file and its message, and no function runs', async () => {
  const start = startFixture(fixtureFolder('broken'));
  await expect(start).rejects.toThrow(/unable to load entry point "b-bad.js": Error: the model folder is empty/);
});

test.each([
  [
    'a main that matches no file',
    { 'package.json': '{ "main": "dist/*.js" }' },
    /"dist\/\*\.js": no file .* Is the app built\?/,
  ],
  ['a package without main', { 'package.json': '{}' }, /has no "main"/],
  ['a package.json that is no JSON', { 'package.json': '{' }, /package\.json cannot be read/],
  ['a host.json of another version', { 'host.json': '{}' }, /host\.json: version must be "2\.0"/],
  ['a process that ends', { 'main.cjs': 'process.exit(7)' }, /worker process ended with exit code 7 while it loaded/],
])('%s is an error at the start', async (_, files, message) => {
  await expect(startFixture(appOf('', files))).rejects.toThrow(message);
});

test('two functions of one name are an error at the start', async () => {
  const binding = { req: { type: 'httpTrigger', methods: ['GET'] } };
  await expect(startFixture(appOf(register(binding) + register(binding)))).rejects.toThrow(
    /A function with id "score" has already been registered/,
  );
});

test('a setting that a trigger names and nobody set is an error with function and setting', async () => {
  const app = appOf(register({ message: { type: 'queueTrigger', queueName: '%JOBS%', connection: 'STORE' } }));
  await expect(startFixture(app)).rejects.toThrow(/Function score: .*queueName is "%JOBS%".*no app setting JOBS/);
});

test('an output binding is refused with what to do instead', async () => {
  const trigger = { type: 'httpTrigger', methods: ['GET'] };
  const app = appOf(register({ req: trigger, out: { type: 'cosmosDB', direction: 'out' } }));
  await expect(startFixture(app)).rejects.toThrow(/no output binding "cosmosDB".*Use the client library/);
});

test('streamed HTTP is refused at the start', async () => {
  const model = '{ name: "x", version: "1", getCapabilities: (all) => ({ ...all, HttpUri: "http://localhost:1" }) }';
  await expect(startFixture(appOf(`core.setProgrammingModel(${model});`))).rejects.toThrow(/enableHttpStream/);
});

/** A port on which nobody listens. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test('storage out of reach is an error with service, address, setting and function', async () => {
  const port = await freePort();
  const app = appOf(register({ message: { type: 'queueTrigger', queueName: 'jobs', connection: 'STORE' } }));
  const STORE = `DefaultEndpointsProtocol=http;AccountName=a;AccountKey=a2V5;QueueEndpoint=http://127.0.0.1:${port}/a;`;
  await expect(startFixture(app, { settings: { STORE } })).rejects.toThrow(
    new RegExp(
      `Queue storage at http://127.0.0.1:${port}/a/jobs cannot be reached .*function score.*app setting STORE`,
    ),
  );
});

test('an event hub out of reach is an error with service, address, setting and function', async () => {
  const port = await freePort();
  const trigger = { type: 'eventHubTrigger', eventHubName: 'telemetry', connection: 'EVENTS' };
  const app = appOf(register({ events: trigger }));
  const EVENTS = `Endpoint=sb://localhost:${port};SharedAccessKeyName=n;SharedAccessKey=k;UseDevelopmentEmulator=true;`;
  const settings = { EVENTS, AzureWebJobsStorage: 'UseDevelopmentStorage=true' };
  await expect(startFixture(app, { settings })).rejects.toThrow(
    new RegExp(`Event Hubs at sb://localhost:${port}/telemetry cannot be reached .*function score.*app setting EVENTS`),
  );
});

test('a port that is taken is an error that names it', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  const app = appOf(register({ req: { type: 'httpTrigger', methods: ['GET'] } }));
  await expect(startFixture(app, { port })).rejects.toThrow(new RegExp(`port ${port} .* taken`));
});

test('settings of local.settings.json reach the app, and those of the host go over them', async () => {
  const app = appOf(
    "require('node:fs').appendFileSync(process.env.RECORD_FILE, JSON.stringify([process.env.A, process.env.B]) + '\\n');",
    { 'local.settings.json': JSON.stringify({ IsEncrypted: false, Values: { A: 'file', B: 'file' } }) },
  );
  const { records } = await startFixture(app, { settings: { B: 'host' } });
  expect(records.read()).toEqual([['file', 'host']]);
});
