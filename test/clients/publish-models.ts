/** Makes the models of the tests of HTTP and publishes those of tensors to the running twin: `publish-models.ts`. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { makeHttpModels } from '../scoring/http/http-models.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));
const { models, remove } = await makeHttpModels();
try {
  for (const name of ['echo', 'halves', 'pixels']) {
    const args = ['src/cli/main.ts', 'publish', name, '1', '--models', models];
    const { status } = spawnSync(process.execPath, args, { cwd: project, stdio: ['ignore', 'inherit', 'inherit'] });
    if (status !== 0) process.exitCode = 1;
  }
} finally {
  remove();
}
