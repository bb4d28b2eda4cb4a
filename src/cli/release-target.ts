import { setTimeout as sleep } from 'node:timers/promises';
import { BlobReleaseStore } from '../adapters/releases/blob-release-store.ts';
import { FlexApp } from '../adapters/releases/flex-app.ts';
import { checkGoldenRows } from '../adapters/releases/golden-rows.ts';
import { ZipFiles } from '../adapters/releases/zip-files.ts';
import { packagesContainer } from '../core/resources.ts';
import { type Deployed, type DeployPorts, deployRelease } from '../scoring/releases/deploy-release.ts';
import type { CommandCall, OptionSpec, OptionValues } from './command.ts';
import { text } from './command.ts';
import { blobTarget, unreachable } from './targets.ts';
import { UsageError } from './usage-error.ts';

/** The option that says where packages are kept. */
export const packagesOption = {
  packages: {
    type: 'string',
    value: 'C',
    help: 'Account that keeps packages: its name, address or connection string (SLUICE_PACKAGES_ACCOUNT).',
  },
} as const satisfies Record<string, OptionSpec>;

/** Options of every command that changes what an app runs. Each has a variable, as `azd env get-values` names it. */
export const releaseOptions = {
  ...packagesOption,
  app: { type: 'string', value: 'NAME', help: 'The Functions app (SLUICE_APP_NAME).' },
  group: { type: 'string', value: 'NAME', help: 'Its resource group (AZURE_RESOURCE_GROUP).' },
  subscription: { type: 'string', value: 'ID', help: 'Its subscription (AZURE_SUBSCRIPTION_ID).' },
  management: { type: 'string', value: 'URL', help: 'Azure Resource Manager; that of the public cloud when absent.' },
} as const satisfies Record<string, OptionSpec>;

const variables: Readonly<Record<string, string>> = {
  packages: 'SLUICE_PACKAGES_ACCOUNT',
  app: 'SLUICE_APP_NAME',
  group: 'AZURE_RESOURCE_GROUP',
  subscription: 'AZURE_SUBSCRIPTION_ID',
};
const publicManagement = 'https://management.azure.com';
/** Read from the environment alone: command lines are seen by others. */
const callerKey = 'SLUICE_KEY';

/** What an option says, else its variable. @throws {UsageError} when neither says it */
function needed(options: OptionValues, name: string): string {
  const value = text(options, name) ?? process.env[variables[name] ?? ''];
  if (value) return value;
  throw new UsageError(`Say --${name}, or set ${variables[name]}: azd env get-values prints it.`);
}

/** Where packages are kept. @throws {UsageError} */
export async function releaseStore(options: OptionValues): Promise<BlobReleaseStore> {
  const service = await blobTarget({ packages: needed(options, 'packages') }, 'packages');
  return new BlobReleaseStore(service.getContainerClient(packagesContainer));
}

/** A token for Azure's management, from whatever signed this person or pipeline in. */
async function managementToken(management: string): Promise<string> {
  const { DefaultAzureCredential } = await import('@azure/identity');
  const found = await new DefaultAzureCredential().getToken(`${management}/.default`);
  return found.token;
}

/** The app of these options. @throws {UsageError} */
export function flexApp(options: OptionValues): FlexApp {
  const management = text(options, 'management') ?? publicManagement;
  return new FlexApp({
    management,
    subscription: needed(options, 'subscription'),
    group: needed(options, 'group'),
    app: needed(options, 'app'),
    token: () => managementToken(management),
  });
}

/** What a deployment needs, wired to Azure. */
export function deployPorts(store: BlobReleaseStore, app: FlexApp, { terminal }: CommandCall): DeployPorts {
  return {
    store,
    platform: app,
    goldenCheck: async (zip) => checkGoldenRows(new ZipFiles(zip), await app.url(), process.env[callerKey]),
    now: () => new Date(),
    sleep,
    onProgress: (line) => terminal.note(line),
  };
}

/** Functions that a package registers: one a file of `dist/functions`, with its name. */
export const functionsOf = (zip: Uint8Array): string[] =>
  new ZipFiles(zip).paths
    .map((path) => /^dist\/functions\/([^/]+)\.js$/.exec(path)?.[1])
    .filter((name) => name !== undefined);

/** Deploys, with errors of what cannot be reached as such. @throws {UnreachableError} */
export async function deployWith(...args: Parameters<typeof deployRelease>): Promise<Deployed> {
  try {
    return await deployRelease(...args);
  } catch (error) {
    throw unreachable('Azure', (error as Error).cause ?? error);
  }
}
