import { type Block, blocksOf, type Infra, listsOf, property, roleOf } from './bicep-text.ts';
import {
  containerNeeds,
  cosmosNeeds,
  type Need,
  queueNeeds,
  type RoleNeed,
  roleNeeds,
  settingNeeds,
} from './consumers.ts';

/** What is wrong with infra/, a line each that names who would fail; empty when everything has what it needs and no more. */
export function problemsOf(infra: Infra): string[] {
  const system = infra.get('system.bicep') ?? '';
  return [
    ...missing('container', containerNeeds, listsOf(system, 'containers')),
    ...missing('queue', queueNeeds, listsOf(system, 'queues')),
    ...missing('Cosmos DB container', cosmosNeeds, cosmosContainers(system)),
    ...missing('setting', settingNeeds, settingsOf(infra)),
    ...roleProblems(infra),
    ...announcementProblems(infra),
  ];
}

const missing = (kind: string, needs: readonly Need[], made: readonly string[]): string[] =>
  needs.filter(({ name }) => !made.includes(name)).map(({ name, consumer }) => `${kind} ${name}: ${consumer}`);

const cosmosContainers = (system: string): string[] =>
  [...system.matchAll(/\{ name: '([^']+)', partitionKey: '([^']+)'/g)].map(([, name, key]) => `${name} ${key}`);

/** Settings of the app: those that system.bicep gives, and those of the module. */
const settingsOf = (infra: Infra): string[] =>
  ['system.bicep', 'modules/function-app.bicep'].flatMap((file) =>
    [...(infra.get(file) ?? '').matchAll(settingLine)].map(([, name = '']) => name),
  );

/** A setting stands on a line of its own. */
export const settingLine = /^ {6}([A-Z][A-Za-z]*_\w+|AzureWebJobs\w+): .*\n/gm;

const roleTypes = [
  'Microsoft.Authorization/roleAssignments',
  'Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments',
];

/** Every resource that gives a role. */
export const roleBlocks = (infra: Infra): Block[] => blocksOf(infra).filter(({ type }) => roleTypes.includes(type));

/** The roles that are needed and not given, and those that are given and nobody needs. */
function roleProblems(infra: Infra): string[] {
  const given = roleBlocks(infra).map((block) => ({ block, ...grantOf(infra, block) }));
  const matches = (need: RoleNeed, { block, role, scope, principal }: (typeof given)[number]) =>
    need.file === block.file && need.role === role && need.scope === scope && need.principal === principal;
  const lacking = roleNeeds.filter((need) => !given.some((each) => matches(need, each)));
  const idle = given.filter((each) => !roleNeeds.some((need) => matches(need, each)));
  return [
    ...lacking.map(({ file, role, scope, consumer }) => `role ${role} on ${scope} (${file}): ${consumer}`),
    ...idle.map(({ block, role }) => `role ${role} of ${block.symbol} (${block.file}): nobody is known to need it`),
  ];
}

/** Which role a block gives to whom on what. */
function grantOf(infra: Infra, { file, text }: Block) {
  const definition = property(text, 'roleDefinitionId') ?? '';
  const role = roleOf(infra.get(file) ?? '', definition) ?? /sqlRoleDefinitions\/([0-9a-f-]{36})/.exec(definition)?.[1];
  const scope = property(text, 'scope') ?? '';
  const principal = property(text, 'principalId') ?? '';
  return {
    role,
    scope: /dbs\/\$\{(\w+)\.name\}/.exec(scope)?.[1] ?? scope.replace(/\[.*/, ''),
    principal: principal.replace(/\[.*/, ''),
  };
}

/** Uploads and renames are announced in the queue, and nothing that cannot be delivered is lost. */
function announcementProblems(infra: Infra): string[] {
  const text = infra.get('modules/event-grid.bicep') ?? '';
  const subscriptions = blocksOf(infra).filter(
    ({ type }) => type === 'Microsoft.EventGrid/systemTopics/eventSubscriptions',
  );
  const announced = ['BlobCreated', 'BlobRenamed'].filter(
    (event) => !subscriptions.some((block) => block.text.includes(`'Microsoft.Storage.${event}'`)),
  );
  return [
    ...announced.map((event) => `${event} is not announced: functions/score-files never hears of such uploads`),
    ...subscriptions
      .filter((block) => property(block.text, 'deadLetterWithResourceIdentity') !== 'undelivered')
      .map(
        ({ symbol }) => `subscription ${symbol} has no dead letter: announcements for functions/score-files are lost`,
      ),
    ...(/blobContainerName: deadLetterContainer/.test(text) && /endpointType: 'StorageBlob'/.test(text)
      ? []
      : ['the dead letter of Event Grid leads nowhere: announcements for functions/score-files are lost']),
    ...(/endpointType: 'StorageQueue'/.test(text)
      ? []
      : ['announcements do not reach the queue of functions/score-files']),
  ];
}
