import { app } from '@azure/functions';
import { record } from '../../record.mjs';

process.stdout.write('a line on stdout\n');
process.stderr.write('a line on stderr\n');

app.http('process', {
  methods: ['GET'],
  handler: () => ({ jsonBody: { pid: process.pid, cwd: process.cwd(), execArgv: process.execArgv, env: process.env } }),
});

/** Blocks the event loop for ever, as a native call may. */
app.http('spin', {
  methods: ['GET'],
  handler: () => {
    record('spinning');
    for (;;);
  },
});

app.http('hangs', {
  methods: ['GET'],
  handler: () => {
    record('hanging');
    return new Promise(() => {});
  },
});

/** Nobody awaits what fails here. */
app.http('rejects', {
  methods: ['GET'],
  handler: () => {
    Promise.reject(new Error('nobody caught this'));
    return new Promise(() => {});
  },
});
