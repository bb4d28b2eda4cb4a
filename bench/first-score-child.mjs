// One start, timed from the birth of the process, written to stdout in ms: `app FOLDER BODY` until an unpacked package has
// answered a call, `runtime FOLDER` until ONNX Runtime alone is loaded and has a session of the same graph.
// JavaScript, so that stripping types is no part of the time.
import Module, { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [, , mode, folder, body] = process.argv;
const require = createRequire(join(folder, 'package.json'));

async function runtime() {
  const { InferenceSession } = require('onnxruntime-node');
  await InferenceSession.create(join(folder, 'models/machine-failure/1/scoring.onnx'), { intraOpNumThreads: 1 });
}

/** The least that the worker gives an app: enough to register functions. */
function provideCore(functions) {
  const original = Module.prototype.require;
  const core = {
    version: '4.1037.0',
    hostVersion: '4.1037.0',
    registerFunction: ({ name }, callback) => void functions.set(name, callback),
    registerHook() {},
    setProgrammingModel() {},
    log() {},
    Disposable: class {},
  };
  Module.prototype.require = function (id) {
    return id === '@azure/functions-core' ? core : original.call(this, id);
  };
}

async function app() {
  const functions = new Map();
  provideCore(functions);
  process.chdir(folder);
  for (const door of ['drain-parked', 'score-events', 'score-files', 'score-http'])
    await import(pathToFileURL(join(folder, `dist/functions/${door}.js`)).href);
  const { HttpRequest, InvocationContext } = require('@azure/functions');
  const request = new HttpRequest({
    method: 'POST',
    url: 'http://localhost/models/machine-failure/score',
    headers: { 'content-type': 'application/json' },
    body: { string: body },
  });
  const { status } = await functions.get('score-http')(request, new InvocationContext({}));
  if (status !== 200) throw new Error(`The call was answered with ${status}.`);
}

await (mode === 'app' ? app() : runtime());
process.stdout.write(String(performance.now()));
process.exit(0);
