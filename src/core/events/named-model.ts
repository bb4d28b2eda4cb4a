import { describeValue, type Fault, pointerTo } from '../fault.ts';
import type { IncomingEvent } from './incoming-event.ts';
import { stepsOf, valueAt } from './record-field.ts';

/** The application property that may name a model. */
const property = 'model';

/** The part of a stream's route that says which models its events may ask for. */
export interface ModelRule {
  /** What scores events that ask for none. */
  readonly model: string;
  /** What else they may ask for; where this is empty, nobody looks at what they ask for. */
  readonly models: readonly string[];
  /** Field of the record that names a model, or a JSON pointer to it. */
  readonly modelField?: string | undefined;
}

/** The model that an event's own property asks for; undefined when there is none. */
export function modelOfEvent(rule: ModelRule, { properties }: IncomingEvent): string | Fault | undefined {
  const named = properties?.[property];
  return named === undefined || named === null || named === '' ? undefined : allowed(rule, named, '');
}

/** The model that a record asks for: by its field, else the route's own. */
export function modelOfRecord(rule: ModelRule, record: unknown): string | Fault {
  const { modelField, model } = rule;
  if (modelField === undefined) return model;
  const named = valueAt(record, modelField);
  return named === undefined || named === null || named === ''
    ? model
    : allowed(rule, named, pointerTo(...stepsOf(modelField)));
}

function allowed({ model, models }: ModelRule, named: unknown, path: string): string | Fault {
  const known = [model, ...models];
  if (typeof named === 'string' && known.includes(named)) return named;
  const expected = `a model that the route allows: "${known.join('", "')}"`;
  return { code: 'model.not_allowed', path, expected, got: describeValue(named) };
}
