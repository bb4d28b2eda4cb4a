import { type IncomingEvent, sourceOf } from '../core/events/incoming-event.ts';
import { ScoringError, toScoringError } from '../core/fault.ts';
import type { StreamRoute } from '../core/routes/routes.ts';
import { type FieldTree, unitedTree } from '../core/sensitive/field-tree.ts';
import { type Assigned, assignModels, noOutcomes, type SideOutcomes } from './assign-models.ts';
import { AttemptDeadline } from './attempt-deadline.ts';
import { concealLetter } from './conceal-letter.ts';
import type { Alone, Passage } from './crashes/passage.ts';
import type { LoadedModel } from './loaded-model.ts';
import type { ModelRegistry } from './model-registry.ts';
import { deadLetterOf, offRoad, recordIdOf } from './off-road.ts';
import { type EventScoringOptions, type ScoredEvents, scoreAssigned } from './open-events.ts';
import type { DeadLetter, Log, SideTrack } from './ports.ts';
import { crashed } from './score-rows.ts';
import { type Attempt, type Settlement, settle, tried } from './settle.ts';
import { type StreamSinks, streamSinkOf } from './sinks/stream-sink.ts';

/** What brings records to their places. */
export interface Bringing extends StreamSinks {
  readonly registry: Pick<ModelRegistry, 'use' | 'streamRoute'>;
  readonly sideTrack: SideTrack;
}

/** What a model failed to score, all of it. */
interface Unscored {
  readonly assigned: readonly Assigned[];
  readonly error: ScoringError;
}

/** The records of a batch after scoring, before any of them is in its place. */
interface ScoredBatch extends ScoredEvents {
  readonly unscored: Unscored[];
}

/** What became of the events of a batch, or of some of them. */
export interface BroughtEvents extends Pick<SideOutcomes, 'skips' | 'lists'> {
  readonly settlement: Settlement;
}

/**
 * Scores events of one hub and brings each record to its place, portion by portion.
 * @throws {ScoringError} when what is left is to come again
 */
export async function bringEvents(
  scoring: Bringing,
  passage: Passage<IncomingEvent>,
  attempt: Attempt,
  log: Log,
): Promise<BroughtEvents> {
  const { waitUntilMs } = attempt;
  const deadline = waitUntilMs === undefined ? undefined : new AttemptDeadline(waitUntilMs - performance.now());
  const brought: BroughtEvents[] = [];
  for (const portion of passage.portions) {
    const { hub } = portion.events[0] as IncomingEvent;
    const route = await scoring.registry.streamRoute(hub).catch(toScoringError);
    const batch = await passage.run(portion, (alone) =>
      scoreByModel(scoring.registry, route, portion.events, { deadline, alone }),
    );
    brought.push(await settleBatch(scoring, route, batch, attempt, log));
  }
  return together(brought);
}

function together(brought: readonly BroughtEvents[]): BroughtEvents {
  const [only, ...others] = brought;
  if (only !== undefined && others.length === 0) return only;
  const sum = (count: (settlement: Settlement) => number) =>
    brought.reduce((total, { settlement }) => total + count(settlement), 0);
  return {
    skips: brought.flatMap(({ skips }) => skips),
    lists: brought.flatMap(({ lists }) => lists),
    settlement: {
      scored: sum(({ scored }) => scored),
      parked: sum(({ parked }) => parked),
      rejected: brought.flatMap(({ settlement }) => settlement.rejected),
    },
  };
}

/** Scores each event by the model that it is for. A model that fails keeps its own events back, not those of the others. */
async function scoreByModel(
  registry: Bringing['registry'],
  route: StreamRoute | ScoringError,
  events: readonly IncomingEvent[],
  options: EventScoringOptions,
): Promise<ScoredBatch> {
  const batch: ScoredBatch = { ...noOutcomes(), pending: [], unscored: [] };
  const rule = route instanceof ScoringError ? { model: '', models: [] } : route;
  if (options.alone !== undefined && !(await mayOpen(registry, route, events, options.alone))) {
    const letters = events.map((event) => deadLetterOf({ event, source: sourceOf(event) }, crashed));
    batch.letters.push(...(await concealed(registry, route, events, letters)));
    return batch;
  }
  const byModel = assignModels(rule, events, batch);
  batch.letters.push(...(await concealed(registry, route, events, batch.letters.splice(0))));
  for (const [model, assigned] of byModel) {
    try {
      if (route instanceof ScoringError) throw route;
      const work = (loaded: LoadedModel) => scoreAssigned(loaded, assigned, options);
      const scored = await registry.use(model, work, aliasOf(route, model));
      batch.pending.push(...scored.pending);
      batch.letters.push(...scored.letters);
      batch.skips.push(...scored.skips);
      batch.lists.push(...scored.lists);
    } catch (error) {
      batch.unscored.push({ assigned, error: toScoringError(error) });
    }
  }
  return batch;
}

/** Letters of records that no model was given: what is sensitive to any model of the route is concealed. */
async function concealed(
  registry: Bringing['registry'],
  route: StreamRoute | ScoringError,
  events: readonly IncomingEvent[],
  letters: readonly DeadLetter[],
): Promise<readonly DeadLetter[]> {
  if (letters.length === 0 || route instanceof ScoringError) return letters;
  const trees: FieldTree[] = [];
  for (const model of [route.model, ...route.models]) {
    const treeOf = async ({ layout }: LoadedModel) => layout.concealed;
    // What a model that does not load calls sensitive is not known.
    const tree = await registry.use(model, treeOf, aliasOf(route, model)).catch(() => undefined);
    if (tree !== undefined) trees.push(tree);
  }
  const tree = unitedTree(trees);
  const bySequence = new Map(events.map((event) => [event.sequence, event]));
  return letters.map((letter) => concealLetter(letter, bySequence.get(letter.source.sequence) as IncomingEvent, tree));
}

/** Names an event that goes alone before it is opened. Its models are loaded by then: a death of theirs is not laid to it. */
async function mayOpen(
  registry: Bringing['registry'],
  route: StreamRoute | ScoringError,
  events: readonly IncomingEvent[],
  alone: Alone,
): Promise<boolean> {
  const models = route instanceof ScoringError ? [] : [route.model, ...route.models];
  // One that does not load is told when it is needed.
  for (const model of models) await registry.use(model, async () => {}, aliasOf(route, model)).catch(() => {});
  const [event] = events as [IncomingEvent];
  return alone.mayRun(recordIdOf({ event, source: sourceOf(event) }));
}

/** Brings what is scored to its place, even when a model failed: what is settled now is settled when the batch comes again. */
async function settleBatch(
  scoring: Bringing,
  route: StreamRoute | ScoringError,
  { pending, letters, unscored, skips, lists }: ScoredBatch,
  attempt: Attempt,
  log: Log,
): Promise<BroughtEvents> {
  const { sideTrack } = scoring;
  // Without a route nothing is scored, so that no sink is asked.
  const sink = route instanceof ScoringError ? scoring.sinks.cosmos : streamSinkOf(scoring, route, pending, log);
  const { passedOver, ...settlement } = await settle(pending, letters, { sink, sideTrack }, offRoad, attempt);
  const parked = settlement.parked + (await parkUnscored(sideTrack, unscored, attempt));
  const passed = passedOver.map(({ origin: { source }, reason }) => ({ ...source, reason }));
  return { settlement: { ...settlement, parked }, skips: [...skips, ...passed], lists };
}

/**
 * What could not be scored comes again with its batch, until it has come often enough. Then it is parked.
 * @returns how many records are parked
 */
async function parkUnscored(sideTrack: SideTrack, unscored: readonly Unscored[], attempt: Attempt): Promise<number> {
  const [first] = unscored;
  if (first === undefined) return 0;
  if (!attempt.isLast) throw first.error;
  const records = unscored.flatMap(({ assigned, error: { code, message } }) =>
    assigned.map((origin) => tried(offRoad.parked(origin, { waitsFor: 'scoring', error: { code, message } }), attempt)),
  );
  await sideTrack.park(records);
  return records.length;
}

/** The route's alias is for its own model. */
const aliasOf = (route: StreamRoute | ScoringError, model: string): string | undefined =>
  route instanceof ScoringError || model !== route.model ? undefined : route.alias;
