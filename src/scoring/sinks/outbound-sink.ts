import type { ScoreDocument } from '../../core/outputs/score-document.ts';
import { type Filter, matches, namedValue, namesIn } from '../../core/routes/filter/filter.ts';
import { parseFilter } from '../../core/routes/filter/parse-filter.ts';
import type { StreamRoute } from '../../core/routes/routes.ts';
import type { Log, OutboundMessage, Sink, SinkResult } from '../ports.ts';

type OutboundRule = StreamRoute['outbound'][number];

/** A rule's filter, and the models that were told to give less than it asks for. */
interface CompiledRule {
  readonly filter: Filter;
  readonly toldModels: Set<string>;
}

const compiled = new WeakMap<OutboundRule, CompiledRule>();

/** Routes are read anew every few seconds, batches come more often. */
function compiledOf(rule: OutboundRule): CompiledRule {
  let known = compiled.get(rule);
  if (known === undefined) {
    const filter = parseFilter(rule.where);
    if ('code' in filter) throw new TypeError('a filter that was not checked with its route');
    known = { filter, toldModels: new Set() };
    compiled.set(rule, known);
  }
  return known;
}

const passed: SinkResult = { kind: 'existed' };

/** Sends documents that a rule asks for to another event hub, at least once each; the others pass. */
export class OutboundSink implements Sink {
  readonly name: string;
  readonly #rule: OutboundRule;
  readonly #hub: Sink<OutboundMessage>;
  readonly #log: Log;

  constructor(rule: OutboundRule, hub: Sink<OutboundMessage>, log: Log) {
    this.name = `event hub ${rule.hub}`;
    this.#rule = rule;
    this.#hub = hub;
    this.#log = log;
  }

  async write(documents: readonly ScoreDocument[]): Promise<readonly SinkResult[]> {
    const { filter } = compiledOf(this.#rule);
    const wanted = documents.filter((document) => {
      this.#warnOfMissingNames(document);
      return matches(filter, document);
    });
    if (wanted.length === 0) return documents.map(() => passed);
    const messages = wanted.map((document) => ({ document, partitionKey: this.#keyOf(document) }));
    const sent = await this.#hub.write(messages);
    const results = new Map(wanted.map((document, i) => [document, sent[i] as SinkResult]));
    return documents.map((document) => results.get(document) ?? passed);
  }

  #keyOf(document: ScoreDocument): string | undefined {
    const { key } = this.#rule;
    if (key === undefined) return document.key;
    const value = namedValue(document, key);
    return value === undefined ? document.key : String(value);
  }

  /** A filter that asks for what no model gives would never let an alarm through, in silence. */
  #warnOfMissingNames(document: ScoreDocument): void {
    const { filter, toldModels } = compiledOf(this.#rule);
    const model = `${document.model} ${document.version}`;
    if (toldModels.has(model)) return;
    toldModels.add(model);
    const missing = namesIn(filter).filter((name) => name !== 'key' && namedValue(document, name) === undefined);
    if (missing.length > 0)
      this.#log.warning('outbound filter asks for what the model does not give', { ...this.#rule, model, missing });
  }
}
