/** The folder of one open version of a model, where `sluice` works on it. */
export interface PackageFolder {
  /** How people call it: `models/machine-failure/2`. */
  readonly label: string;
  /** Path of a file, for what reads files itself. */
  path(name: string): string;
  /** Names of the files, sorted. */
  names(): Promise<readonly string[]>;
  /** undefined when there is no such file. */
  read(name: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** Writes a file whole or not at all. */
  write(name: string, bytes: Uint8Array | string): Promise<void>;
}
