import { describeValue, type Fault, pointerTo } from '../fault.ts';
import { eventHubs } from '../resources.ts';
import { checkDocument } from '../schema-faults.ts';
import { closestTo } from '../suggest.ts';
import { parseFilter } from './filter/parse-filter.ts';
import { type Routes, routesSchema, type StreamRoute } from './routes.ts';

/**
 * Reads routes.
 * @param root what `routes.json` holds, parsed
 * @param models names of the installed models
 * @returns the routes, or a fault for each place that is wrong
 */
export function parseRoutes(root: unknown, models: readonly string[]): Routes | Fault[] {
  const routes = checkDocument(routesSchema, root, 'routes.invalid');
  if (Array.isArray(routes)) return routes;
  const faults = [
    ...(routes.http.default === undefined ? [] : modelFault(routes.http.default, '/http/default', models)),
    ...routes.streams.flatMap((route, i) => modelFault(route.model, pointerTo('streams', i, 'model'), models)),
    ...routes.streams.flatMap((route, i) =>
      route.models.flatMap((each, j) => modelFault(each, pointerTo('streams', i, 'models', j), models)),
    ),
    ...routes.files.flatMap((route, i) => modelFault(route.model, pointerTo('files', i, 'model'), models)),
    ...routes.streams.flatMap(({ models: others, modelField }, i) =>
      modelField === undefined || others.length > 0 ? [] : [uselessField(i, modelField)],
    ),
    ...routes.streams.flatMap(({ packed, sink }, i) => (packed && sink !== 'cosmos' ? [uselessPacking(i)] : [])),
    ...routes.streams.flatMap((route, i) => outboundFaults(route, i, routes)),
    ...repeated(routes.streams.map(({ hub }) => hub)).map((hub) => twice('/streams', 'hub', hub)),
    ...repeated(routes.files.map(({ prefix }) => prefix)).map((prefix) => twice('/files', 'prefix', prefix)),
  ];
  return faults.length === 0 ? routes : faults;
}

/**
 * What holds without a `routes.json`: files under `<model>/` go to that model; with exactly one model it also scores
 * the stream, into Cosmos DB.
 */
export function defaultRoutes(models: readonly string[]): Routes {
  const [only, ...others] = models;
  return routesSchema.parse({
    streams: only !== undefined && others.length === 0 ? [{ hub: eventHubs.telemetry.name, model: only }] : [],
    files: models.map((model) => ({ prefix: `${model}/`, model })),
  });
}

function modelFault(model: string, path: string, models: readonly string[]): Fault[] {
  if (models.includes(model)) return [];
  const hint = closestTo(model, models) ?? (models.join('", "') || 'none is installed');
  return [{ code: 'routes.invalid', path, expected: `an installed model ("${hint}")`, got: describeValue(model) }];
}

function outboundFaults({ outbound }: StreamRoute, i: number, { streams }: Routes): Fault[] {
  return outbound.flatMap(({ hub, where }, j) => {
    const at = (name: string) => pointerTo('streams', i, 'outbound', j, name);
    const filter = parseFilter(where);
    const faults: Fault[] = 'code' in filter ? [{ ...filter, code: 'routes.invalid', path: at('where') }] : [];
    if (!streams.some((stream) => stream.hub === hub)) return faults;
    const expected = 'a hub that no stream reads: scores would be scored again';
    return [...faults, { code: 'routes.invalid', path: at('hub'), expected, got: describeValue(hub) }];
  });
}

const uselessField = (i: number, got: string): Fault => ({
  code: 'routes.invalid',
  path: pointerTo('streams', i, 'modelField'),
  expected: 'nothing without "models"',
  got: describeValue(got),
});

const uselessPacking = (i: number): Fault => ({
  code: 'routes.invalid',
  path: pointerTo('streams', i, 'packed'),
  expected: 'false: blobs hold many scores each as it is',
  got: 'true',
});

const repeated = (names: readonly string[]) => names.filter((name, i) => names.indexOf(name) !== i);

const twice = (path: string, what: string, got: string): Fault => ({
  code: 'routes.invalid',
  path,
  expected: `one route a ${what}`,
  got: describeValue(got),
});
