import type { SystemSize } from './size-system.ts';
import type { Workload } from './workload.ts';

const instancesMin = 40;
/** What infra/ takes at least. */
const eventBytesMin = 64;

const whoIsTold = `// Addresses that are told of alerts; as long as there is none, nobody is told, and nobody asks the app from outside.
param alertMails = []
`;

/** Parameters of infra/main.bicep for a system of this size. @param environment its name; @param location its region */
export function bicepParameters(workload: Workload, size: SystemSize, environment: string, location: string): string {
  const { eventHubs, iotHub, app, cosmos } = size;
  const parameters: Readonly<Record<string, string | number | boolean>> = {
    environmentName: environment,
    location,
    instanceMemoryMB: app.memoryMegabytes,
    maximumInstanceCount: Math.min(1_000, Math.max(instancesMin, app.instancesPeak * 2)),
    eventHubPartitions: eventHubs.partitions,
    eventRetentionDays: eventHubs.retentionDays,
    eventHubThroughputUnitsMax: eventHubs.throughputUnits,
    streamProfile: workload.profile,
    eventBytes: Math.max(eventBytesMin, Math.ceil(workload.messageBytes)),
    ...(iotHub && { withIotHub: true, iotHubSku: iotHub.sku, iotHubUnits: iotHub.units }),
    cosmosMode: cosmos.mode,
    ...(cosmos.mode === 'autoscale' && { cosmosThroughputMax: cosmos.throughputMax }),
    scoreDays: workload.scoreDays,
  };
  const lines = Object.entries(parameters).map(
    ([name, value]) => `param ${name} = ${typeof value === 'string' ? `'${value}'` : value}`,
  );
  return `using 'main.bicep'\n\n${lines.join('\n')}\n${whoIsTold}`;
}
