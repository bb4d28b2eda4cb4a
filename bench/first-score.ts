import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makePackage } from '../scripts/package/make-package.ts';
import { unpackInto } from '../scripts/package/unpack.ts';
import type { Figure } from './harness.ts';

const child = fileURLToPath(new URL('./first-score-child.mjs', import.meta.url));
const root = fileURLToPath(new URL('..', import.meta.url));

/** A reading that is scored. */
const reading =
  '{"type":"L","airTemperature":300.1,"processTemperature":308.5,"rotationalSpeed":1350,"torque":58,"toolWear":205}';

export interface FirstScore {
  /** From the birth of the process to the first answer, ms. */
  readonly appMs: number;
  /** From the birth of a process to a session of the same graph in ONNX Runtime alone, ms. */
  readonly runtimeMs: number;
}

/** The quickest of several starts of each, taken by turns: what a busy machine adds is no property of the app. */
export function timeFirstScore(folder: string, turns: number): FirstScore {
  const time = (...args: string[]) =>
    Number(
      execFileSync(process.execPath, [child, ...args], {
        encoding: 'utf8',
        env: { ...process.env, SLUICE_ANONYMOUS: 'on', ORT_DISABLE_TELEMETRY: '1' },
      }),
    );
  let appMs = Number.POSITIVE_INFINITY;
  let runtimeMs = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < turns; turn++) {
    appMs = Math.min(appMs, time('app', folder, reading));
    runtimeMs = Math.min(runtimeMs, time('runtime', folder));
  }
  return { appMs, runtimeMs };
}

/** How long a cold instance takes to its first score, over what ONNX Runtime itself takes. */
export async function firstScoreFigures(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-package-'));
  try {
    await unpackInto(folder, (await makePackage(root)).entries);
    const { appMs, runtimeMs } = timeFirstScore(folder, 10);
    return [
      {
        name: 'start.first_score',
        what: 'from the birth of a process to its first score, over a session of ONNX Runtime alone',
        unit: 'ms',
        value: appMs - runtimeMs,
        ceiling: 150,
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
