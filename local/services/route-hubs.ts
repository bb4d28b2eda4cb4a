import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface WrittenRoutes {
  readonly streams?: readonly { readonly outbound?: readonly { readonly hub?: unknown }[] }[];
}

/**
 * The hubs that scores are sent on to, as the routes beside the models say. In Azure they are there before the app; here
 * they are made with the others. What is wrong with the routes is for the app to tell.
 */
export function outboundHubsOf(modelsFolder: string): string[] {
  try {
    const { streams = [] } = JSON.parse(readFileSync(join(modelsFolder, 'routes.json'), 'utf8')) as WrittenRoutes;
    const hubs = streams.flatMap(({ outbound = [] }) => outbound.map(({ hub }) => hub));
    return [...new Set(hubs.filter((hub) => typeof hub === 'string'))];
  } catch {
    return [];
  }
}
