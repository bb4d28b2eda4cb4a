import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ZipFiles } from '../../adapters/releases/zip-files.ts';
import { isReleaseVersion, type Release } from '../../core/releases/release.ts';
import { type Command, jsonOption, text } from '../command.ts';
import { printDeployed } from '../print-deployed.ts';
import {
  deployPorts,
  deployWith,
  flexApp,
  functionsOf,
  releaseOptions,
  releaseStore,
  storeReached,
  withCallerKey,
} from '../release-target.ts';
import { UsageError } from '../usage-error.ts';

export const deploy: Command = {
  name: 'deploy',
  summary: 'Has an app on Azure run a package, proves it by golden rows, and puts the former one back when it is bad.',
  operands: 'PACKAGE.zip',
  options: {
    ...releaseOptions,
    why: { type: 'string', short: 'w', value: 'TEXT', help: 'Why; it stands in the history.' },
    'no-rollback': { type: 'boolean', help: 'Leave a bad package in place.' },
    json: jsonOption,
  },
  examples: [
    'sluice deploy release/sluice.zip',
    'sluice deploy release/sluice.zip --outputs outputs.json',
    'sluice deploy release/sluice.zip --app func-x1 --group rg-sluice-dev --subscription ID --packages sthostx1',
  ],
  async run(call) {
    const [file, ...others] = call.operands;
    if (file === undefined || others.length > 0)
      throw new UsageError('Say which PACKAGE.zip: npm run package makes one in release/. See: sluice deploy --help');
    const { release, zip } = readPackage(file);
    const app = flexApp(call.options);
    const store = await releaseStore(call);
    await storeReached(store.untilAllowed());
    const deployed = await withCallerKey(call.options, (key) =>
      deployWith(deployPorts(store, app, key, call), release, zip, {
        functions: functionsOf(zip),
        why: text(call.options, 'why')?.slice(0, 1_000),
        rollsBack: call.options['no-rollback'] !== true,
      }),
    );
    return printDeployed(call, deployed);
  },
};

/** A package and what it says that it is. @throws {UsageError} */
function readPackage(file: string): { release: Release; zip: Buffer } {
  try {
    const zip = readFileSync(file);
    const { version } = JSON.parse(new ZipFiles(zip).read('package.json').toString()) as { version: string };
    if (!isReleaseVersion(version)) throw new Error(`Its version is ${version}; expected one like 1.2.3.`);
    return { release: { version, sha256: hash('sha256', zip, 'hex') }, zip };
  } catch (error) {
    throw new UsageError(`${file} is no package of the app: ${(error as Error).message}`);
  }
}
