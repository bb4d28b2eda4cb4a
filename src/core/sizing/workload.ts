import type { StreamProfile } from '../streams/stream-profiles.ts';

/** What a system has to do; everything that its size is reckoned from. */
export interface Workload {
  readonly devices: number;
  /** Of each device. */
  readonly messagesAMinute: number;
  readonly messageBytes: number;
  readonly filesADay: number;
  readonly rowsAFile: number;
  readonly callsADay: number;
  readonly rowsACall: number;
  /** How many times the mean the busiest minutes are. */
  readonly peak: number;
  /** What one record takes on one core, with everything around the model, ms. `npm run bench` and `sluice prove` tell. */
  readonly recordMs: number;
  readonly modelMegabytes: number;
  /** Days that scores are kept in Cosmos DB; files 90 days, events as long as the hub keeps them. */
  readonly scoreDays: number;
  /** How streams are read: what latency may cost decides what batches cost. */
  readonly profile: StreamProfile;
  /** About a hundred scores in one item of Cosmos DB. */
  readonly isPacked: boolean;
  /** Whether devices come through an IoT Hub. */
  readonly hasIotHub: boolean;
}

/** What is taken where nobody says otherwise. */
export const usualWorkload: Workload = {
  devices: 0,
  messagesAMinute: 1,
  messageBytes: 400,
  filesADay: 0,
  rowsAFile: 10_000,
  callsADay: 0,
  rowsACall: 1,
  peak: 2,
  recordMs: 0.5,
  modelMegabytes: 20,
  scoreDays: 30,
  profile: 'economy',
  isPacked: false,
  hasIotHub: false,
};

/** What is assumed of the services and not measured; stands under each estimate. */
export const assumptions = {
  /** A score by itself, a few hundred bytes, with the index of infra/. */
  ruApart: 7,
  /** A score among a hundred of one item that is merged a few times. */
  ruPacked: 0.6,
  /** A score, as it is stored. */
  scoreBytes: 600,
  /** Of the processor, so that peaks within a minute fit. */
  utilisation: 0.7,
  /** How long a batch takes that waits for nothing: what comes meanwhile is the next. */
  batchSeconds: 0.05,
  /** Of logs for each invocation. */
  logBytes: 1_000,
  /** Memory of host, worker and batches, MB; a model takes up to ten times its file. */
  baseMegabytes: 350,
  modelFactor: 4,
} as const;

export const secondsADay = 86_400;

/** Events a second, on average. */
export const eventRate = ({ devices, messagesAMinute }: Workload): number => (devices * messagesAMinute) / 60;

/** Scores a month, through all doors. */
export function scoresAMonth(workload: Workload, hoursAMonth: number): number {
  const { filesADay, rowsAFile, callsADay, rowsACall } = workload;
  const days = hoursAMonth / 24;
  return eventRate(workload) * secondsADay * days + (filesADay * rowsAFile + callsADay * rowsACall) * days;
}
