// What esbuild leaves out of the bundle, and therefore ships as a package of its own: the one list of both.

/** A package that is not bundled. */
export interface External {
  readonly name: string;
  /** The Functions worker provides it: nothing is shipped. */
  readonly isGiven?: true;
  /** Packages that only its install script needs, which never runs here. */
  readonly forInstallOnly?: readonly string[];
  /** Folders of native binaries, of which only those that begin with `runsOn` are shipped. */
  readonly binaries?: { readonly folder: string; readonly runsOn: string };
  /** Folders that nothing loads. */
  readonly without?: readonly string[];
}

/**
 * `@azure/functions` keeps state per copy and is patched by telemetry, so there must be one, outside of the bundle; what is
 * native cannot be bundled. A native module that is added to the app is added here, and nowhere else.
 */
export const externals: readonly External[] = [
  { name: '@azure/functions', without: ['dist/azure-functions.min.js'] },
  { name: '@azure/functions-core', isGiven: true },
  {
    name: 'onnxruntime-node',
    forInstallOnly: ['adm-zip', 'global-agent'],
    binaries: { folder: 'bin/', runsOn: 'bin/napi-v6/linux/x64/' },
    without: ['script/'],
  },
  // The native half of sharp, and libvips, which it brings; the other half is bundled.
  { name: '@img/sharp-linux-x64' },
];

/** The machines of Flex Consumption. */
export const shippedPlatform = { os: 'linux', cpu: 'x64', libc: 'glibc' } as const;
