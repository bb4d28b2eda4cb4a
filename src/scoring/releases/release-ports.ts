import type { History, Release } from '../../core/releases/release.ts';

/** Keeps every package that was ever deployed, and what was deployed when. */
export interface ReleaseStore {
  /** Keeps a package; one that is there already stays as it is. */
  keep(release: Release, zip: Uint8Array): Promise<void>;
  /** @throws {Error} when it is not there, or not as its name says */
  read(release: Release): Promise<Buffer>;
  list(): Promise<readonly Release[]>;
  history(): Promise<History>;
  /** Changes the history on top of what others changed meanwhile. */
  changeHistory(change: (current: History) => History): Promise<History>;
}

/** What runs packages: it has one at a time, and no memory of those before. */
export interface AppPlatform {
  /** Resolves when the package is taken. @throws {Error} when the platform refuses it */
  publish(zip: Uint8Array, onProgress: (line: string) => void): Promise<void>;
  /** Names of the functions that the platform knows of the running package. */
  functions(): Promise<readonly string[]>;
}

/** Asks the app that runs for scores that are known. @returns what is wrong, a line each */
export type GoldenCheck = (zip: Uint8Array) => Promise<readonly string[]>;
