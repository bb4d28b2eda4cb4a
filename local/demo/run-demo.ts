import { CosmosClient } from '@azure/cosmos';
import type { ScoreDocument } from '../../src/core/outputs/score-document.ts';
import { cosmos } from '../../src/core/resources.ts';
import type { Twin } from '../twin.ts';
import { type DemoCalls, makeDemoCalls } from './demo-calls.ts';
import { type SentEvents, sendDemoEvents, streamEnds, until } from './demo-events.ts';
import { type DemoFile, scoreDemoFile } from './demo-file.ts';
import { accountFor, type StreamAccount } from './stream-account.ts';
import { type SeenDocument, StreamObserver } from './stream-observer.ts';

export interface DemoOptions {
  readonly events: number;
  readonly eventsPerSecond: number;
  readonly rows: number;
  readonly calls: number;
  readonly seed: number;
  /** Where the uploaded file is written first. */
  readonly folder: string;
  readonly onProgress: (line: string) => void;
}

/** What went in through each door, and what came of it. */
export interface DemoResult {
  readonly sent: SentEvents;
  readonly account: StreamAccount;
  readonly seen: readonly SeenDocument[];
  readonly file: DemoFile;
  readonly calls: DemoCalls;
  /** The newest readings that the model takes for a failure. */
  readonly alarms: readonly ScoreDocument[];
}

const alarmsShown = 5;
const streamTimeoutMs = 120_000;

/** Feeds all three doors at once and waits until everything that went in has ended somewhere. */
export async function runDemo({ connections, url }: Twin, options: DemoOptions): Promise<DemoResult> {
  const observer = new StreamObserver(connections.cosmos);
  const from = await streamEnds(connections.events);
  let [sentEvents, fileDone, callsDone] = [0, false, false];
  const ticker = setInterval(() => {
    const file = fileDone ? 'scored' : 'under way';
    const calls = callsDone ? 'answered' : 'under way';
    options.onProgress(
      `events: ${sentEvents} of ${options.events} sent, ${observer.documents.length} scored | file: ${file} | calls: ${calls}`,
    );
  }, 100);
  try {
    const [sent, file, calls] = await Promise.all([
      sendDemoEvents(connections.events, {
        ...options,
        machines: 20,
        onProgress: (count) => {
          sentEvents = count;
        },
      }),
      scoreDemoFile(connections.storage, options).finally(() => {
        fileDone = true;
      }),
      makeDemoCalls(url, options).finally(() => {
        callsDone = true;
      }),
    ]);
    const stretch = { from, to: await streamEnds(connections.events) };
    await until('every reading as a document', () => observer.documents.length >= sent.readings, streamTimeoutMs);
    let account = await accountFor(connections, stretch);
    const isSettled = async () => {
      account = await accountFor(connections, stretch);
      return account.unplaced.length <= sent.twinChanges;
    };
    await until('a place for every event', isSettled, streamTimeoutMs, 250);
    return { sent, account, seen: observer.documents, file, calls, alarms: await newestAlarms(connections.cosmos) };
  } finally {
    clearInterval(ticker);
    await observer.stop();
  }
}

async function newestAlarms(connectionString: string): Promise<ScoreDocument[]> {
  const client = new CosmosClient(connectionString);
  try {
    const container = client.database(cosmos.database).container(cosmos.containers.predictions.name);
    const query = `SELECT TOP ${alarmsShown} * FROM c WHERE c.outputs.label = 'failure' AND c.source.kind = 'stream' ORDER BY c.source.enqueuedAt DESC`;
    return (await container.items.query<ScoreDocument>(query).fetchAll()).resources;
  } finally {
    client.dispose();
  }
}

/** What does not add up, one sentence each; empty when every record has its one place. */
export function discrepancies({ sent, account, file, calls }: DemoResult): string[] {
  const { report } = file.run;
  const checks: readonly (readonly [what: string, expected: number, got: number])[] = [
    ['events in the hub', sent.readings + sent.broken + sent.twinChanges, account.events],
    ['documents of events', sent.readings, account.documents],
    ['dead letters', sent.broken, account.deadLetters],
    ['events passed over (twin changes)', sent.twinChanges, account.unplaced.length],
    ['parked records', 0, account.parked],
    ['events with two places', 0, account.doubled.length],
    ['rows of the file', file.rows, report.rows],
    ['rows scored', file.rows - file.broken, report.scored],
    ['rows rejected', file.broken, report.rejected],
    ['calls answered', calls.calls, calls.answered],
  ];
  return checks
    .filter(([, expected, got]) => expected !== got)
    .map(([what, expected, got]) => `${what}: expected ${expected}, got ${got}`);
}
