// Loaded into a worker before the app (`--import`): the app's functions are registered without their retry policies.
import { createRequire } from 'node:module';
import { join } from 'node:path';

const { app } = createRequire(join(process.cwd(), 'package.json'))('@azure/functions');
const eventHub = app.eventHub;
app.eventHub = (name, { retry, ...options }) => eventHub(name, options);
