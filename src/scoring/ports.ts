import type { Aliases } from '../core/aliases/aliases.ts';
import type { Digest } from '../core/digest.ts';
import type { IncomingEvent } from '../core/events/incoming-event.ts';
import type { Fault, ScoringError } from '../core/fault.ts';
import type { LedgerEntry } from '../core/ledger/ledger-entry.ts';
import type { Seal } from '../core/manifest/seal.ts';
import type { ScoreDocument } from '../core/outputs/score-document.ts';
import type { metrics } from '../core/resources.ts';
import type { StreamSource } from '../core/source.ts';
import type { Feeds, Outputs, TensorInfo } from '../core/tensor.ts';
import type { PieceFiles } from './files/run-ports.ts';

/** Everything outside that the use cases need. An adapter implements one of these and knows one vendor. */

/** A model in memory, ready to run. Runs must not overlap. */
export interface Scorer {
  readonly inputs: readonly TensorInfo[];
  /** Tensor outputs only; sequences and maps are not listed. */
  readonly outputs: readonly TensorInfo[];
  /** @throws {ScoringError} `model.run_failed` */
  run(feeds: Feeds, fetches: readonly string[]): Promise<Outputs>;
  /** Frees the memory; nothing may run afterwards. */
  release(): Promise<void>;
}

/**
 * Loads a model file into memory.
 * @param options `isHeavy`: a row takes so long that others must not wait for it
 * @throws {ScoringError} `model.not_ready`
 */
export type LoadScorer = (
  file: Pick<ModelFile, 'name' | 'path'>,
  options?: { readonly isHeavy: boolean },
) => Promise<Scorer>;

/** A file of a model package. */
export interface ModelFile {
  readonly name: string;
  /** Where it lies on this machine; a session is made from the path, so that its bytes never pass through JavaScript. */
  readonly path: string;
  readonly digest: Digest;
  readonly bytes: number;
}

/** A seal with the digest of its own bytes, by which the package is addressed. */
export interface PackageSeal extends Seal {
  readonly digest: Digest;
}

/** A model version as it is stored. */
export interface ModelPackage {
  readonly name: string;
  readonly version: number;
  /** Against which all its files were held; undefined for an open version, which nobody has sealed yet. */
  readonly seal: PackageSeal | undefined;
  /** `manifest.json`, parsed. */
  readonly manifest: unknown;
  readonly manifestDigest: Digest;
  /** A file of the package. @throws {ScoringError} `model.not_ready` when it is not there */
  file(name: string): Promise<ModelFile>;
  /** Says that its files are not read any more: a copy may then make room for others. */
  close?(): Promise<void>;
}

/** Models where they are stored. */
export interface ModelRepository {
  /** Names of all models, sorted. */
  models(): Promise<readonly string[]>;
  /** Sealed versions of a model, ascending; where none is sealed, the open ones. Empty for an unknown model. */
  versions(model: string): Promise<readonly number[]>;
  /** @throws {ScoringError} `aliases.invalid` */
  aliases(model: string): Promise<Aliases>;
  /** A version with its files at hand, held against its seal. @throws {ScoringError} `package.broken`, `model.not_ready` */
  open(model: string, version: number): Promise<ModelPackage>;
  /** `routes.json`, parsed; undefined when there is none. */
  routes(): Promise<unknown>;
}

/** What became of one document. A `fault` is final, an `error` may heal when it is retryable. */
export type SinkResult =
  | { readonly kind: 'created' }
  | { readonly kind: 'existed' }
  /** It is passed over on purpose. */
  | { readonly kind: 'skipped'; readonly reason: string }
  | { readonly kind: 'fault'; readonly fault: Fault }
  | { readonly kind: 'error'; readonly error: ScoringError };

/** Where documents go, or what they have to pass. Idempotent by id: the first document wins, an equal one is done already. */
export interface Sink<Item = ScoreDocument> {
  readonly name: string;
  /** One result for each item, in order. Throws only programmer faults. */
  write(items: readonly Item[]): Promise<readonly SinkResult[]>;
}

/**
 * A document that goes to another event hub, where its id is the message's: a receiver knows it again. A sink of these
 * answers `created`, a fault, or the error `outbound.unavailable`.
 */
export interface OutboundMessage {
  readonly document: ScoreDocument;
  /** Messages with one key stay in order; any partition when absent. */
  readonly partitionKey: string | undefined;
}

/**
 * A record that says of itself that it is this message of its device. A sink of these remembers them for as long as one
 * may come again. It answers `created` for a message that is new, `existed` for the same record again, `skipped` for a
 * resend, and the fault `id.conflict` for another input under the same id.
 */
export interface ResendClaim extends Pick<ScoreDocument, 'inputDigest' | 'model' | 'version'> {
  /** Made of the hub and the message's id; at most 255 characters of those that any database takes. */
  readonly id: string;
  /** The device. */
  readonly key: string;
  readonly messageId: string;
  readonly source: StreamSource;
  /** How far apart the broker may have taken the two. */
  readonly windowMs: number;
}

/** A record that left the road, with all that is needed to send it down the road again. */
export interface StoredRecord {
  readonly id: string;
  readonly source: StreamSource;
  readonly route: string;
  /** How often it was tried; unknown in records of earlier versions. */
  readonly attempts?: number;
  readonly contentType?: string;
  /** What broker and sender said of the event; absent where that is nothing, and in records of earlier versions. */
  readonly systemProperties?: IncomingEvent['systemProperties'];
  readonly properties?: IncomingEvent['systemProperties'];
  /** The event's whole body, also where only one record of it is meant. */
  readonly body: string;
  readonly bodyEncoding: 'utf8' | 'base64';
}

/** Why a record cannot be scored. */
export interface Refusal {
  readonly reason: Fault['code'];
  readonly path: string;
  readonly expected: string;
  readonly got: string;
}

/** A record that cannot be scored, with what arrived. */
export interface DeadLetter extends StoredRecord, Refusal {
  /** Sensitive features of which the body has a mask in place of their values: it cannot be scored again. */
  readonly masked?: readonly string[];
  /** Whether the body is left out, since what is sensitive in it is not known; digest and size are those of all of it. */
  readonly withheld?: true;
  readonly bodyDigest?: Digest;
  readonly bodyBytes?: number;
}

/** A good record that an outage keeps from where it belongs, or a dead letter that is to be tried again. */
export interface ParkedRecord extends StoredRecord {
  /** A sink, `scoring`, or `replay`. */
  readonly waitsFor: string;
  readonly error: { readonly code: ScoringError['code']; readonly message: string };
  /** The dead letter that it was, when it is replayed. */
  readonly letter?: Refusal;
  /** `NAME` or `NAME@VERSION`: what scores it in place of the route's model. */
  readonly model?: string;
}

/** Stores what left the road. Idempotent by id. Both throw `storage.unavailable`. */
export interface SideTrack {
  writeDeadLetters(letters: readonly DeadLetter[]): Promise<void>;
  park(records: readonly ParkedRecord[]): Promise<void>;
}

/** What was received of the streams, kept for as long as somebody may ask. */
export interface Ledger {
  /** Writes an entry down; one request to storage. Writing one again does no harm. @throws {ScoringError} `storage.unavailable` */
  append(entry: LedgerEntry): Promise<void>;
}

/** An uploaded file, opened at one ETag: what it yields is that version or an error, never a mix. */
export interface OpenFile {
  readonly etag: string;
  readonly bytes: number;
  readonly lastModified: string;
  /** What its uploader wants the results to be: the metadata `accept`. */
  readonly accept?: string | undefined;
  /**
   * The file's bytes in pieces, of all or from one byte up to another. A piece may be used until the next one is asked for.
   * @throws {ScoringError} `file.changed`
   */
  read(from?: number, to?: number): AsyncIterable<Uint8Array>;
}

/** Uploaded files. */
export interface SourceFiles {
  /** undefined when the blob is gone. */
  open(container: string, blob: string): Promise<OpenFile | undefined>;
}

/** Where the results of files go. */
export interface ResultFiles extends PieceFiles {
  exists(path: string): Promise<boolean>;
  /** Writes a small file in one go. */
  put(path: string, text: string, contentType: string): Promise<void>;
  /** Moves a pointer to `next`, unless what it holds is newer by `isNewer(current)`. Safe against other writers. */
  movePointer(path: string, next: object, isNewer: (current: unknown) => boolean): Promise<void>;
}

export type MetricName = keyof typeof metrics;
export type MetricLabels = Readonly<Record<string, string | number>>;

/** Figures of what happens, for whoever watches from outside. */
export interface Metrics {
  /** Whether anybody watches; where nobody does, what only figures need is left out. */
  readonly isOn: boolean;
  /** Adds to a counter, or notes a value of a histogram or gauge. Never throws. */
  record(metric: MetricName, value: number, labels?: MetricLabels): void;
  /** Sends what was not sent yet: the process is to end. Never throws. */
  flush(): Promise<void>;
}

/** Structured log of one invocation. Neither payload nor secret ever enters it. */
export interface Log {
  information(message: string, fields?: object): void;
  warning(message: string, fields?: object): void;
  error(message: string, fields?: object): void;
}
