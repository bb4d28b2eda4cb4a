// node scripts/smoke.mjs OUTPUTS.json [--once]: whether what was just deployed lives, knows its version, and lets nobody in without a key.
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** A cold start, and a moment in which the platform changes over. */
const tries = process.argv.includes('--once') ? 1 : 12;
const betweenMs = 5_000;

const asks = [
  { path: '/health', status: 200, why: 'the app lives' },
  { path: '/v2/health/ready', status: 200, why: 'its models can score' },
  { path: '/v2/models', status: 401, why: 'nobody looks without a key' },
];

function urlOf(file) {
  const outputs = JSON.parse(readFileSync(file, 'utf8'));
  // az changes some of the capitals of the names of outputs.
  const [, url] = Object.entries(outputs).find(([name]) => name.toUpperCase() === 'SLUICE_URL') ?? [];
  if (url === undefined) throw new Error(`${file} has no output SLUICE_URL.`);
  return url.value;
}

async function holds(url, { path, status, why }) {
  let got = 'no answer';
  for (let attempt = 1; attempt <= tries; attempt++) {
    try {
      got = (await fetch(`${url}${path}`, { signal: AbortSignal.timeout(30_000) })).status;
    } catch (error) {
      got = error.cause?.code ?? error.message;
    }
    if (got === status) break;
    if (attempt < tries) await sleep(betweenMs);
  }
  process.stdout.write(`${got === status ? 'ok  ' : 'FAIL'} ${path}: ${why} (${status} expected, ${got} got)\n`);
  return got === status;
}

try {
  const url = urlOf(process.argv[2]);
  const results = await Promise.all(asks.map((ask) => holds(url, ask)));
  process.exitCode = results.every(Boolean) ? 0 : 1;
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
