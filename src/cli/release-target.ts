import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { BlobReleaseStore } from '../adapters/releases/blob-release-store.ts';
import { FlexApp, type FlexAppAddress } from '../adapters/releases/flex-app.ts';
import { checkGoldenRows } from '../adapters/releases/golden-rows.ts';
import { ZipFiles } from '../adapters/releases/zip-files.ts';
import { containers, packagesContainer } from '../core/resources.ts';
import { type Deployed, type DeployPorts, deployRelease } from '../scoring/releases/deploy-release.ts';
import type { CommandCall, OptionSpec, OptionValues } from './command.ts';
import { text } from './command.ts';
import { withIssuedKey } from './issued-key.ts';
import { storageError } from './model-target.ts';
import { blobTarget, unreachable } from './targets.ts';
import { UsageError } from './usage-error.ts';

/** The option that says where packages are kept. */
export const packagesOption = {
  packages: {
    type: 'string',
    value: 'C',
    help: 'Account that keeps packages: its name, address or connection string (SLUICE_PACKAGES_ACCOUNT).',
  },
  outputs: {
    type: 'string',
    value: 'FILE',
    help: 'Outputs of the deployment of infra/ as az prints them: says all that no option says.',
  },
} as const satisfies Record<string, OptionSpec>;

/** Options of every command that changes what an app runs. Each has a variable, as `azd env get-values` names it. */
export const releaseOptions = {
  ...packagesOption,
  app: { type: 'string', value: 'NAME', help: 'The Functions app (SLUICE_APP_NAME).' },
  group: { type: 'string', value: 'NAME', help: 'Its resource group (AZURE_RESOURCE_GROUP).' },
  subscription: { type: 'string', value: 'ID', help: 'Its subscription (AZURE_SUBSCRIPTION_ID).' },
  data: {
    type: 'string',
    value: 'C',
    help: 'Account of the data, where a key is issued for the proof (SLUICE_STORAGE_ACCOUNT); SLUICE_KEY holds one of your own.',
  },
  management: { type: 'string', value: 'URL', help: 'Azure Resource Manager; that of the public cloud when absent.' },
} as const satisfies Record<string, OptionSpec>;

const variables: Readonly<Record<string, string>> = {
  packages: 'SLUICE_PACKAGES_ACCOUNT',
  app: 'SLUICE_APP_NAME',
  group: 'AZURE_RESOURCE_GROUP',
  subscription: 'AZURE_SUBSCRIPTION_ID',
  data: 'SLUICE_STORAGE_ACCOUNT',
};
const publicManagement = 'https://management.azure.com';

/** What an option says, else the outputs of the deployment, else its variable. */
function given(options: OptionValues, name: string): string | undefined {
  const variable = variables[name] ?? '';
  return text(options, name) ?? outputsOf(options).get(variable) ?? (process.env[variable] || undefined);
}

/** @throws {UsageError} when nothing says it */
function needed(options: OptionValues, name: string): string {
  const value = given(options, name);
  if (value !== undefined) return value;
  throw new UsageError(`Say --${name}, or set ${variables[name]}: azd env get-values prints it.`);
}

/** Outputs by name. az changes some of the capitals of their names on its way. @throws {UsageError} */
function outputsOf(options: OptionValues): ReadonlyMap<string, string> {
  const file = text(options, 'outputs');
  if (file === undefined) return new Map();
  try {
    const outputs = JSON.parse(readFileSync(file, 'utf8')) as Record<string, { value: unknown }>;
    return new Map(Object.entries(outputs).map(([name, { value }]) => [name.toUpperCase(), String(value)]));
  } catch (error) {
    throw new UsageError(`${file} holds no outputs of a deployment: ${(error as Error).message}`);
  }
}

/** Where packages are kept. @throws {UsageError} */
export async function releaseStore({ options, terminal }: CommandCall): Promise<BlobReleaseStore> {
  const service = await blobTarget({ packages: needed(options, 'packages') }, 'packages');
  return new BlobReleaseStore(service.getContainerClient(packagesContainer), (line) => terminal.note(line));
}

/** What the store of packages answers. @throws {UnreachableError} when it is out of reach */
export async function storeReached<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw storageError(error);
  }
}

/** Works with a key of a caller: the one of the environment, or one that is issued for this work alone. */
export async function withCallerKey<T>(
  options: OptionValues,
  work: (key: string | undefined) => Promise<T>,
): Promise<T> {
  // Read from the environment alone: command lines are seen by others.
  const own = process.env.SLUICE_KEY;
  const data = given(options, 'data');
  if (own || data === undefined) return work(own || undefined);
  return withIssuedKey(async () => (await blobTarget({ data }, 'data')).getContainerClient(containers.access), work);
}

/** A token for Azure's management, from whatever signed this person or pipeline in. */
async function managementToken(management: string): Promise<string> {
  const { DefaultAzureCredential } = await import('@azure/identity');
  const found = await new DefaultAzureCredential().getToken(`${management}/.default`);
  return found.token;
}

/** Which app is meant, and how Azure's management is asked. @throws {UsageError} */
export function azureAddress(options: OptionValues): FlexAppAddress {
  const management = text(options, 'management') ?? publicManagement;
  return {
    management,
    subscription: needed(options, 'subscription'),
    group: needed(options, 'group'),
    app: needed(options, 'app'),
    token: () => managementToken(management),
  };
}

/** The app of these options. @throws {UsageError} */
export const flexApp = (options: OptionValues): FlexApp => new FlexApp(azureAddress(options));

/** What the deployment of infra/ gave out under this name, or a variable of that name says. @throws {UsageError} */
export function outputOf(options: OptionValues, name: string): string {
  const value = outputsOf(options).get(name) ?? process.env[name];
  if (value) return value;
  throw new UsageError(`Say --outputs FILE, or set ${name}: azd env get-values prints it.`);
}

/** What a deployment needs, wired to Azure. */
export function deployPorts(
  store: BlobReleaseStore,
  app: FlexApp,
  key: string | undefined,
  { terminal }: CommandCall,
): DeployPorts {
  return {
    store,
    platform: app,
    goldenCheck: async (zip) => checkGoldenRows(new ZipFiles(zip), { url: await app.url(), key, sleep }),
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
