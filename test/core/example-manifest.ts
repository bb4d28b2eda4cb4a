import type { Manifest } from '../../src/core/manifest/manifest.ts';
import { parseManifest } from '../../src/core/manifest/parse-manifest.ts';

/** A manifest as a person writes it, with one feature of each type; what is given replaces its parts. */
export const manifestText = (changes: object = {}): Record<string, unknown> => ({
  name: 'pump',
  version: 1,
  task: 'classification',
  features: [
    { name: 'pressure', type: 'number', unit: 'bar', min: 0, max: 100, aliases: ['p', 'Pressure [bar]'] },
    { name: 'starts', type: 'integer', missing: { impute: 0 } },
    { name: 'open', type: 'boolean' },
    { name: 'grade', type: 'category', categories: ['A', 'B', 'C'] },
    { name: 'note', type: 'text', missing: 'keep' },
    { name: 'since', type: 'timestamp' },
  ],
  key: { name: 'pumpId', aliases: ['pump'] },
  model: { inputs: { numbers: ['pressure', 'starts', 'open', 'grade'], texts: ['note'], since: ['since'] } },
  classes: ['ok', 'failure'],
  outputs: { probability: { kind: 'probability', tensor: 'probabilities', class: 'failure' } },
  ...changes,
});

/** The manifest, read. */
export function exampleManifest(changes: object = {}): Manifest {
  const manifest = parseManifest(manifestText(changes));
  if (Array.isArray(manifest)) throw new Error(JSON.stringify(manifest));
  return manifest;
}

/** A record that fits it. */
export const goodRecord = {
  pressure: 4.5,
  starts: 17,
  open: true,
  grade: 'B',
  note: 'new seal',
  since: '2026-11-21T03:04:05.678Z',
  pumpId: 'pump-7',
} as const;
