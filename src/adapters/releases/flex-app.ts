import { setTimeout as sleep } from 'node:timers/promises';
import type { AppPlatform } from '../../scoring/releases/release-ports.ts';
import { askAzure } from './ask-azure.ts';

/** A Functions app, and how Azure's management is asked about it. */
export interface FlexAppAddress {
  /** https://management.azure.com, or that of another cloud. */
  readonly management: string;
  readonly subscription: string;
  readonly group: string;
  readonly app: string;
  /** A token of Entra for the management. */
  readonly token: () => Promise<string>;
  /** How often the state of a deployment is asked for. */
  readonly pollMs?: number;
}

const apiVersion = '2024-04-01';
const deploymentTimeoutMs = 600_000;

/** States of a deployment, as the deployment service numbers them. */
const states: Readonly<Record<number, string>> = {
  0: 'pending',
  1: 'building',
  2: 'deploying',
  3: 'failed',
  4: 'done',
};

interface Site {
  readonly properties?: {
    readonly defaultHostName?: string;
    readonly hostNameSslStates?: readonly { readonly name: string; readonly hostType: string }[];
  };
}

interface DeploymentState {
  readonly status?: number;
  readonly complete?: boolean;
  readonly status_text?: string;
}

/** An app on Flex Consumption: packages go to its deployment service, everything else is asked of Azure Resource Manager. */
export class FlexApp implements AppPlatform {
  readonly #address: FlexAppAddress;
  #site: Promise<Site> | undefined;

  constructor(address: FlexAppAddress) {
    this.#address = address;
  }

  /** https:// and the name under which the app serves. */
  async url(): Promise<string> {
    const host = (await this.#readSite()).properties?.defaultHostName;
    if (host === undefined) throw new Error(`Azure does not say where ${this.#address.app} serves.`);
    return withScheme(host);
  }

  async publish(zip: Uint8Array, onProgress: (line: string) => void): Promise<void> {
    const hosts = (await this.#readSite()).properties?.hostNameSslStates ?? [];
    const service = hosts.find(({ hostType }) => hostType === 'Repository')?.name;
    if (service === undefined) throw new Error(`Azure does not say where packages of ${this.#address.app} go.`);
    const base = withScheme(service);
    const answer = await this.#ask(`${base}/api/publish?RemoteBuild=false&Deployer=sluice`, {
      method: 'POST',
      headers: { 'content-type': 'application/zip' },
      body: zip as Uint8Array<ArrayBuffer>,
    });
    const id = (await answer.text()).replaceAll('"', '').trim();
    await this.#untilDeployed(`${base}/api/deployments/${encodeURIComponent(id || 'latest')}`, onProgress);
  }

  async functions(): Promise<readonly string[]> {
    const names: string[] = [];
    let next: string | undefined = `${this.#siteUrl()}/functions?api-version=${apiVersion}`;
    while (next !== undefined) {
      const page = (await (await this.#ask(next)).json()) as { value?: { name: string }[]; nextLink?: string | null };
      // Names are `<app>/<function>`.
      for (const { name } of page.value ?? []) names.push(name.slice(name.lastIndexOf('/') + 1));
      next = page.nextLink ?? undefined;
    }
    return names;
  }

  async #untilDeployed(url: string, onProgress: (line: string) => void): Promise<void> {
    const { pollMs = 2_000 } = this.#address;
    const deadline = performance.now() + deploymentTimeoutMs;
    let last = '';
    while (performance.now() < deadline) {
      const state = (await (await this.#ask(url)).json()) as DeploymentState;
      const word = states[state.status ?? 0] ?? `in state ${state.status}`;
      if (word !== last) onProgress(`The package is ${word}`);
      last = word;
      if (state.status === 4) return;
      if (state.status === 3 || state.complete === true)
        throw new Error(`Azure did not take the package: ${state.status_text || word}.`);
      await sleep(pollMs);
    }
    throw new Error(`The deployment is still ${last} after ${deploymentTimeoutMs / 60_000} minutes.`);
  }

  #siteUrl(): string {
    const { management, subscription, group, app } = this.#address;
    const [s, g, a] = [subscription, group, app].map(encodeURIComponent);
    return `${management}/subscriptions/${s}/resourceGroups/${g}/providers/Microsoft.Web/sites/${a}`;
  }

  #readSite(): Promise<Site> {
    this.#site ??= this.#ask(`${this.#siteUrl()}?api-version=${apiVersion}`).then(
      (answer) => answer.json() as Promise<Site>,
    );
    return this.#site;
  }

  /** Ends what runs and starts it anew, as hard as the platform does. */
  async restart(): Promise<void> {
    await this.#ask(`${this.#siteUrl()}/restart?api-version=${apiVersion}`, { method: 'POST' });
  }

  #ask(url: string, init?: RequestInit): Promise<Response> {
    return askAzure(this.#address.token, url, init);
  }
}

const withScheme = (host: string): string => (/^https?:\/\//.test(host) ? host : `https://${host}`);
