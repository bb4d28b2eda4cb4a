import type { Container } from '@azure/cosmos';
import type { StreamSource } from '../core/source.ts';
import type { ResendClaim, Sink, SinkResult } from '../scoring/ports.ts';
import { cosmosFailure } from './cosmos-failure.ts';
import { inPool } from './pool.ts';

const requestsMax = 32;
const requestTimeoutMsDefault = 20_000;
/** Tries to settle one claim while others settle the same. */
const racesMax = 8;
/** A message is remembered for so much longer than its window: events may wait in the hub before they are scored. */
const ttlSlackSeconds = 3_600;

const conflict = 409;
const preconditionFailed = 412;
const notFound = 404;
const codeOf = (error: unknown): unknown => (error as { code?: unknown }).code;

type StoredClaim = ResendClaim & { readonly ttl: number };

/** Which messages of which devices have come: an item each, for as long as one may come again. */
export class CosmosResends implements Sink<ResendClaim> {
  readonly name = 'resends';
  readonly #container: () => Promise<Container>;
  readonly #requestTimeoutMs: number;

  /** @param container opens the container, whose items may have a time to live, when it is first needed */
  constructor(container: () => Promise<Container>, { requestTimeoutMs = requestTimeoutMsDefault } = {}) {
    this.#container = container;
    this.#requestTimeoutMs = requestTimeoutMs;
  }

  async write(claims: readonly ResendClaim[]): Promise<readonly SinkResult[]> {
    const results = new Map<ResendClaim, SinkResult>();
    // Of two equal messages in one batch the first one counts, so they do not race.
    const groups = [...Map.groupBy(claims, ({ key, id }) => `${key}\n${id}`).values()];
    await inPool(groups, requestsMax, async (group) => {
      for (const claim of group) results.set(claim, await this.#settle(claim).catch(cosmosFailure));
    });
    return claims.map((claim) => results.get(claim) as SinkResult);
  }

  async #settle(claim: ResendClaim): Promise<SinkResult> {
    const container = await this.#container();
    for (let race = 0; race < racesMax; race++) {
      if (await this.#wins(() => container.items.create(storedOf(claim), this.#options()))) return { kind: 'created' };
      const item = container.item(claim.id, claim.key);
      const { resource: stored, etag } = await item.read<StoredClaim>(this.#options());
      // It was forgotten just now.
      if (stored === undefined) continue;
      if (isSame(claim.source, stored.source)) return { kind: 'existed' };
      const distanceMs = Date.parse(claim.source.enqueuedAt) - Date.parse(stored.source.enqueuedAt);
      if (Math.abs(distanceMs) <= claim.windowMs) return verdictOn(claim, stored);
      if (distanceMs < 0) return { kind: 'created' };
      const options = { ...this.#options(), accessCondition: { type: 'IfMatch', condition: etag } };
      if (await this.#wins(() => item.replace(storedOf(claim), options))) return { kind: 'created' };
    }
    return cosmosFailure({ code: preconditionFailed, message: `message ${claim.messageId} changes all the time` });
  }

  /** Whether a write went through; false when another one was faster. */
  async #wins(write: () => Promise<unknown>): Promise<boolean> {
    try {
      await write();
      return true;
    } catch (error) {
      if ([conflict, preconditionFailed, notFound].some((code) => code === codeOf(error))) return false;
      throw error;
    }
  }

  #options() {
    return { abortSignal: AbortSignal.timeout(this.#requestTimeoutMs), disableAutomaticIdGeneration: true };
  }
}

const storedOf = (claim: ResendClaim): StoredClaim => ({
  ...claim,
  ttl: Math.ceil(claim.windowMs / 1000) + ttlSlackSeconds,
});

const isSame = (a: StreamSource, b: StreamSource): boolean =>
  a.hub === b.hub &&
  a.partition === b.partition &&
  a.sequence === b.sequence &&
  a.index === b.index &&
  a.enqueuedAt === b.enqueuedAt;

/** Two versions of a model may digest one input differently: then the message's id alone counts. */
function verdictOn(claim: ResendClaim, stored: StoredClaim): SinkResult {
  const isComparable = claim.model === stored.model && claim.version === stored.version;
  if (!isComparable || claim.inputDigest === stored.inputDigest) return { kind: 'skipped', reason: 'resend' };
  const { inputDigest: expected } = stored;
  return { kind: 'fault', fault: { code: 'id.conflict', path: '', expected, got: claim.inputDigest } };
}
