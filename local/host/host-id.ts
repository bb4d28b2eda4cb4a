import { createHash } from 'node:crypto';
import { hostname } from 'node:os';

const charactersMax = 32;
const hashCharacters = 10;

/** The id of a host on this machine: the same for the same folder, so that it finds again what it kept in storage. */
export function hostIdOf(appFolder: string): string {
  const machine = hostname()
    .toLowerCase()
    .replace(/[^a-z0-9-]/g, '');
  const hash = createHash('sha256').update(appFolder).digest('hex').slice(0, hashCharacters);
  return `${machine.slice(0, charactersMax - hashCharacters - 1)}-${hash}`;
}
