import { createHash } from 'node:crypto';
import type { ScoreDocument } from '../../core/outputs/score-document.ts';
import type { ResendClaim, Sink, SinkResult } from '../ports.ts';

const passed: SinkResult = { kind: 'existed' };

/** Lets each message of a device through once: what it sends again within a while is passed over. */
export class ResendFilter implements Sink {
  readonly name = 'resends';
  readonly #register: Sink<ResendClaim>;
  readonly #windowMs: number;
  readonly #messageIdOf: (document: ScoreDocument) => string | undefined;

  /** @param messageIdOf what the sender calls the message that the document was made of */
  constructor(
    register: Sink<ResendClaim>,
    windowMs: number,
    messageIdOf: (document: ScoreDocument) => string | undefined,
  ) {
    this.#register = register;
    this.#windowMs = windowMs;
    this.#messageIdOf = messageIdOf;
  }

  async write(documents: readonly ScoreDocument[]): Promise<readonly SinkResult[]> {
    const claims = new Map<ScoreDocument, ResendClaim>();
    for (const document of documents) {
      const claim = this.#claimOf(document);
      if (claim !== undefined) claims.set(document, claim);
    }
    const answers = claims.size === 0 ? [] : await this.#register.write([...claims.values()]);
    const results = new Map([...claims.keys()].map((document, i) => [document, answers[i] as SinkResult]));
    return documents.map((document) => results.get(document) ?? passed);
  }

  /** Without a message id, or a device that it is an id of, nothing can be recognised. */
  #claimOf(document: ScoreDocument): ResendClaim | undefined {
    const { key, source, inputDigest, model, version } = document;
    const messageId = this.#messageIdOf(document);
    if (messageId === undefined || key === undefined || source.kind !== 'stream') return undefined;
    // Whatever the sender calls it, this can be an id in Cosmos DB.
    const id = createHash('sha256').update(`${source.hub}\n${messageId}`).digest('base64url');
    return { id, key, messageId, source, inputDigest, model, version, windowMs: this.#windowMs };
  }
}
