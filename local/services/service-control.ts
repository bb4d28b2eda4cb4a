import type { CosmosServer } from '../cosmos/cosmos-server.ts';
import type { TrafficCounts } from '../cosmos/http/traffic.ts';
import type { Broker } from '../event-hubs/broker.ts';
import type { Redelivery } from '../event-hubs/broker-faults.ts';
import type { RuleCount } from '../faults/fault-injector.ts';
import { checkFaultPlan, type FaultPlan } from '../faults/fault-plan.ts';
import type { Darkness } from '../faults/outage.ts';
import type { StorageEmulator } from '../storage/storage-emulator.ts';
import type { StorageTrafficCounts } from '../storage/storage-traffic.ts';

export type Service = 'cosmos' | 'blob' | 'queue' | 'events';

/** What the services have done. */
export interface ServiceCounts {
  /** Documents of each container, as `database/container`. */
  readonly documents: Readonly<Record<string, number>>;
  /** Requests about documents since the counts were last set to nought. */
  readonly cosmos: TrafficCounts;
  /** Requests to storage since the start. */
  readonly storage: Readonly<Record<'blob' | 'queue', StorageTrafficCounts>>;
  readonly events: { readonly received: number; readonly delivered: number; readonly connections: number };
  /** Processor time since the start, of all services together and of Cosmos DB and broker (one thread) alone. */
  readonly processorMs: { readonly all: number; readonly mainThread: number };
}

/** What can be done to the services while they run; every argument and result is JSON. */
export interface ServiceControl {
  /** From now on requests go wrong by this plan, until the next one. @throws {RangeError} a plan that cannot be meant */
  setFaults(plan: FaultPlan): Promise<void>;
  /** How often each rule struck: those of Cosmos DB, then of blobs, then of queues. */
  faultCounts(): Promise<readonly RuleCount[]>;
  /** Nobody reaches a service for a while; resolves when the darkness has begun. */
  goDark(service: Service, durationMs: number, how: Darkness): Promise<void>;
  /** Each tells how many there were. */
  cutConnections(): number;
  cutLinks(): number;
  stealPartitions(): number;
  redeliver(redelivery: Redelivery): number;
  /** From now on events are delivered so long after their storing; 0 ends it. */
  delayDeliveries(delayMs: number): void;
  counts(): Promise<ServiceCounts>;
  /** Requests to Cosmos DB count from nought again. */
  resetCounts(): void;
}

export interface ControlledServices {
  readonly storage: StorageEmulator;
  readonly cosmos: CosmosServer;
  readonly broker: Broker;
}

/** The control of services that run in this process. */
export function serviceControl({ storage, cosmos, broker }: ControlledServices): ServiceControl {
  const { faults } = broker;
  return {
    async setFaults(plan) {
      checkFaultPlan(plan);
      cosmos.faults.use(plan);
      await storage.control.useFaults(plan);
    },
    faultCounts: async () => [...cosmos.faults.counts, ...(await storage.control.faultCounts())],
    goDark(service, durationMs, how) {
      if (service === 'cosmos') return cosmos.outage.begin(durationMs, how);
      if (service === 'events') return faults.goDark(durationMs, how);
      return storage.control.goDark(service, durationMs, how);
    },
    cutConnections: () => faults.cutConnections(),
    cutLinks: () => faults.cutLinks(),
    stealPartitions: () => faults.stealPartitions(),
    redeliver: (redelivery) => faults.redeliver(redelivery),
    delayDeliveries: (delayMs) => faults.delayDeliveries(delayMs),
    async counts() {
      const { received, delivered, connections } = broker.stats;
      return {
        documents: cosmos.documentCounts(),
        cosmos: cosmos.traffic.counts,
        storage: await storage.control.traffic(),
        events: { received, delivered, connections },
        processorMs: { all: totalMs(process.cpuUsage()), mainThread: totalMs(process.threadCpuUsage()) },
      };
    },
    resetCounts: () => cosmos.traffic.reset(),
  };
}

/** Microseconds in the program and in the system, as milliseconds. */
const totalMs = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1000;
