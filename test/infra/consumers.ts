import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  accessSettings,
  connections,
  containers,
  cosmos,
  modelSettings,
  packagesContainer,
  queues,
} from '../../src/core/resources.ts';
import { overridesOf, streamProfiles } from '../../src/core/streams/stream-profiles.ts';
import { telemetrySettings } from '../../src/core/telemetry-settings.ts';
import { project } from '../docs/markdown.ts';

/** Something that must be there, and who would fail without it. */
export interface Need {
  readonly name: string;
  readonly consumer: string;
}

/** A role: who has it, where, and who would fail without it. */
export interface RoleNeed {
  readonly file: string;
  readonly role: string;
  /** Symbol of the resource that it is given on; for Cosmos DB the whole expression. */
  readonly scope: string;
  readonly principal: string;
  readonly consumer: string;
}

const hostJson = JSON.parse(readFileSync(join(project, 'host.json'), 'utf8'));

const byKey = (
  table: Readonly<Record<string, string>>,
  what: string,
  known: Readonly<Record<string, string>>,
): Need[] =>
  Object.entries(table).map(([key, name]) => ({
    name,
    consumer: known[key] ?? `${what}.${key} of src/core/resources.ts`,
  }));

/** Blob containers; one that the table of resources gets anew is needed from then on. */
export const containerNeeds: readonly Need[] = [
  ...byKey(containers, 'containers', {
    incoming: 'functions/score-files reads uploads',
    results: 'functions/score-files and the blob sink write results',
    inFlight: 'scoring/crashes tells over what a process died',
    deadLetters: 'functions/score-events keeps what cannot be scored',
    parked: 'functions/drain-parked keeps what waits',
    ledger: 'sluice reconcile reads what was received',
    models: 'the model registry follows published models',
    runs: 'functions/score-parts agrees upon runs with other instances',
    access: 'the gate of functions/score-http reads keys',
  }),
  { name: 'app-package', consumer: 'the platform mounts the deployed package (functionAppConfig.deployment)' },
  { name: packagesContainer, consumer: 'sluice deploy and sluice rollback keep packages' },
  { name: 'undelivered', consumer: 'Event Grid keeps announcements that it cannot deliver' },
];

export const queueNeeds: readonly Need[] = Object.values(queues).flatMap((name) => [
  { name, consumer: `the trigger of queue ${name} (functions/)` },
  {
    name: `${name}-poison`,
    consumer: `the host, after ${hostJson.extensions.queues.maxDequeueCount} attempts at a message of ${name}`,
  },
]);

export const cosmosNeeds: readonly Need[] = Object.entries(cosmos.containers).map(([key, { name, partitionKey }]) => ({
  name: `${name} ${partitionKey}`,
  consumer: `cosmos.containers.${key} of src/core/resources.ts`,
}));

const identityOf = (connection: string, consumer: string, ...suffixes: string[]): Need[] =>
  suffixes.map((suffix) => ({ name: `${connection}__${suffix}`, consumer }));

export const settingNeeds: readonly Need[] = [
  ...identityOf(connections.events, 'functions/score-events', 'fullyQualifiedNamespace', 'credential', 'clientId'),
  ...identityOf(
    connections.storage,
    'functions/score-files and everything that reads or writes blobs',
    'blobServiceUri',
    'queueServiceUri',
    'credential',
    'clientId',
  ),
  ...identityOf(connections.cosmos, 'the Cosmos DB sink', 'accountEndpoint', 'clientId'),
  ...identityOf(modelSettings.connection, 'the model registry', 'blobServiceUri', 'clientId'),
  ...identityOf(
    'AzureWebJobsStorage',
    'the Functions host: leases, checkpoints',
    'accountName',
    'credential',
    'clientId',
  ),
  ...Object.values(accessSettings).map((name) => ({ name, consumer: 'the gate of functions/score-http' })),
  { name: telemetrySettings.applicationInsights, consumer: 'telemetry of host and app' },
  { name: telemetrySettings.applicationInsightsIdentity, consumer: 'telemetry without a key' },
  ...Object.keys(overridesOf(streamProfiles.economy)).map((place) => ({
    name: `AzureFunctionsJobHost__${place}`,
    consumer: 'the Functions host, which reads streams by a profile',
  })),
  { name: 'ORT_DISABLE_TELEMETRY', consumer: 'ONNX Runtime, which would report to its makers' },
];

const roles = {
  blobOwner: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b',
  blobContributor: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe',
  blobReader: '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1',
  queueContributor: '974c5e8b-45b9-4653-ba55-5f855dd0fb88',
  queueSender: 'c6a89b2d-59bc-44d0-9896-0f6e12d7b80a',
  hubReceiver: 'a638d3c7-ab3a-418d-83e6-5f17a39d4fde',
  hubSender: '2b629674-e913-4c01-ae53-ef4638d8f975',
  metricsPublisher: '3913510d-42f4-4e42-8a64-420c390055eb',
  logReader: '73c42c96-874c-492b-b04d-ab87d138a893',
  websiteContributor: 'de139f84-1756-47ae-9be6-808fbbe84772',
  cosmosReader: '00000000-0000-0000-0000-000000000001',
  cosmosContributor: '00000000-0000-0000-0000-000000000002',
};

const need = (
  file: string,
  role: keyof typeof roles,
  scope: string,
  principal: string,
  consumer: string,
): RoleNeed => ({ file: `modules/${file}.bicep`, role: roles[role], scope, principal, consumer });

const storage = 'storage-roles';

/** Every role that infra/ gives, each at its narrowest place, and nothing beside them. */
export const roleNeeds: readonly RoleNeed[] = [
  need(storage, 'blobOwner', 'hostAccount', 'appPrincipalId', 'the Functions host: leases and checkpoints'),
  need(storage, 'queueContributor', 'hostAccount', 'appPrincipalId', 'the Functions host: its own queues'),
  need(
    storage,
    'blobContributor',
    'dataAccount',
    'appPrincipalId',
    'functions/: uploads, results, dead letters, parked records',
  ),
  need(storage, 'queueContributor', 'dataAccount', 'appPrincipalId', 'functions/score-files: announcements'),
  need(storage, 'blobReader', 'models', 'appPrincipalId', 'the model registry: published models'),
  need(storage, 'blobContributor', 'models', 'principal', 'publishers: sluice publish, promote, rollback'),
  need(storage, 'blobContributor', 'operatorContainer', 'operators', 'operators: sluice dead-letters, parked, runs'),
  need(storage, 'queueSender', 'filesOnceMore', 'principal', 'operators: sluice runs retry'),
  need(storage, 'blobReader', 'dataAccount', 'principal', 'auditors: all data, changing nothing'),
  need(storage, 'blobContributor', 'accessKeys', 'principal', 'key issuers: sluice keys'),
  need(storage, 'blobContributor', 'packages', 'deployer.id', 'deployers: sluice deploy keeps packages'),
  need(
    storage,
    'blobContributor',
    'accessKeys',
    'deployer.id',
    'deployers: sluice deploy proves with a key of its own',
  ),
  need('function-app', 'websiteContributor', 'app', 'deployer.id', 'deployers: sluice deploy publishes packages'),
  need('event-grid', 'queueSender', 'announcements', 'topic.identity.principalId', 'Event Grid announces uploads'),
  need(
    'event-grid',
    'blobContributor',
    'letters',
    'topic.identity.principalId',
    'Event Grid keeps what it cannot deliver',
  ),
  need('event-hubs', 'hubReceiver', 'hub', 'appPrincipalId', 'functions/score-events'),
  need('event-hubs', 'hubSender', 'hub', 'principal', 'the IoT Hub routes telemetry'),
  need('event-hubs', 'hubSender', 'outbound', 'appPrincipalId', 'outbound of routes.json: scores sent on'),
  need('monitoring', 'metricsPublisher', 'insights', 'appPrincipalId', 'telemetry of host and app'),
  need('monitoring', 'logReader', 'workspace', 'principal', 'operators and auditors read logs'),
  need('cosmos', 'cosmosContributor', 'database', 'appPrincipalId', 'the Cosmos DB sink'),
  need('cosmos', 'cosmosReader', 'database', 'principal', 'analysts and auditors: sluice results'),
];
