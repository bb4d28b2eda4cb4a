targetScope = 'subscription'

metadata name = 'Sluice'
metadata description = 'Scores where data already flows: one Functions app for events, files and calls, without a key anywhere.'

@description('Required. Name of the environment, for example dev, staging or prod: part of the names of all resources.')
@minLength(2)
@maxLength(16)
param environmentName string

@description('Required. Azure region of all resources.')
param location string

@description('Optional. Who is asked about this environment; a tag.')
param owner string = 'unknown'

@description('Optional. Version of Node that runs the app.')
@allowed(['22', '24'])
param nodeVersion string = '22'

@description('Optional. Memory of one instance in MB: models, batches and host share it.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

@description('Optional. Most instances that the app may grow to.')
@minValue(40)
@maxValue(1000)
param maximumInstanceCount int = 100

@description('Optional. Instances for calls that are kept ready, so that nobody waits for a cold start; 0 scales to zero.')
@minValue(0)
param alwaysReadyHttpInstances int = 0

@description('Optional. Concurrent calls that one instance takes.')
@minValue(1)
@maxValue(1000)
param httpConcurrency int = 8

@description('Optional. Partitions of the event hub. They are fixed for life: take as many as the largest stream will need.')
@minValue(1)
@maxValue(32)
param eventHubPartitions int = 4

@description('Optional. Days that the event hub keeps events.')
@minValue(1)
@maxValue(7)
param eventRetentionDays int = 7

@description('Optional. Most throughput units that the namespace may grow to by itself.')
@minValue(1)
@maxValue(40)
param eventHubThroughputUnitsMax int = 10

@description('Optional. How streams are read: economy collects events for up to two seconds and costs least, latency takes what is there.')
@allowed(['economy', 'latency'])
param streamProfile string = 'economy'

@description('Optional. Bytes of one event, body and properties: batches and what is fetched ahead of them fit the memory by it.')
@minValue(64)
@maxValue(1048576)
param eventBytes int = 1024

@description('Optional. Hubs of the same namespace that routes.json has scores sent on to; the app may send to them, and to no others.')
param outboundHubs string[] = []

@description('Optional. Whether devices connect through an IoT Hub of this deployment.')
param withIotHub bool = false

@description('Optional. Kind of the units of the IoT Hub: S1 takes 400,000 messages a day, S2 6 million, S3 300 million.')
@allowed(['S1', 'S2', 'S3'])
param iotHubSku string = 'S1'

@description('Optional. Units of the IoT Hub.')
@minValue(1)
@maxValue(200)
param iotHubUnits int = 1

@description('Optional. How Cosmos DB is paid: serverless, or autoscale up to cosmosThroughputMax.')
@allowed(['serverless', 'autoscale'])
param cosmosMode string = 'serverless'

@description('Optional. With autoscale: most request units a second of the container of scores.')
@minValue(1000)
param cosmosThroughputMax int = 4000

@description('Optional. Days that scores are kept in Cosmos DB.')
@minValue(1)
param scoreDays int = 30

@description('Optional. Whether storage, Cosmos DB and the app are spread over the zones of the region.')
param zoneRedundant bool = false

@description('Optional. Whether storage, Cosmos DB and Event Hubs are reached through a private network only.')
param privateNetwork bool = false

@description('Optional. Whether the accounts that hold data are locked against deletion.')
param locked bool = false

@description('Optional. Days that logs are kept.')
@minValue(30)
@maxValue(730)
param logDays int = 30

@description('Optional. Gigabytes of logs a day at most; -1 is no limit.')
param logGigabytesADay int = 1

@description('Optional. Addresses that alerts are mailed to; nobody when empty.')
param alertMails array = []

@description('Optional. What the group may cost a month before its owners are told, in the currency of the subscription; 0 is no budget.')
@minValue(0)
param budgetAMonth int = 0

@description('Optional. First day of the budget: the first of a month that is not over.')
param budgetStart string = utcNow('yyyy-MM-01')

@description('Optional. Whether the app describes itself: GET /openapi.json, and a page to try the models at GET /docs.')
param withDocs bool = false

@description('Optional. Whether everybody may score and look without a key. Leave it off where the address can be reached from outside.')
param anonymous bool = false

@description('Optional. Client id of an app registration in Entra: callers may then come with its tokens and app roles beside keys. None when empty.')
param entraClientId string = ''

@description('Optional. Object ids of the Entra groups of people with a part in the system.')
param people {
  @description('Publishes, promotes and rolls back models.')
  publishers: string[]?
  @description('Reads and replays dead letters and parked records, cancels and retries runs of files, reads logs.')
  operators: string[]?
  @description('Reads scores.')
  analysts: string[]?
  @description('Reads everything, changes nothing.')
  auditors: string[]?
  @description('Issues and revokes the keys of callers, and nothing else.')
  keyIssuers: string[]?
} = {}

@description('Optional. Who deploys packages: the identities of pipelines, and whoever runs azd.')
param deployers {
  @description('Object id in Entra.')
  id: string
  @description('What it is the id of.')
  type: ('User' | 'Group' | 'ServicePrincipal')
}[] = []

var tags = { 'azd-env-name': environmentName, product: 'sluice', environment: environmentName, owner: owner }
var token = toLower(uniqueString(subscription().id, environmentName, location))

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: 'rg-sluice-${environmentName}'
  location: location
  tags: tags
}

module system 'system.bicep' = {
  scope: group
  params: {
    token: token
    location: location
    tags: tags
    nodeVersion: nodeVersion
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    alwaysReadyHttpInstances: alwaysReadyHttpInstances
    httpConcurrency: httpConcurrency
    eventHubPartitions: eventHubPartitions
    eventRetentionDays: eventRetentionDays
    eventHubThroughputUnitsMax: eventHubThroughputUnitsMax
    streamProfile: streamProfile
    eventBytes: eventBytes
    outboundHubs: outboundHubs
    withIotHub: withIotHub
    iotHubSku: iotHubSku
    iotHubUnits: iotHubUnits
    cosmosMode: cosmosMode
    cosmosThroughputMax: cosmosThroughputMax
    scoreDays: scoreDays
    zoneRedundant: zoneRedundant
    privateNetwork: privateNetwork
    locked: locked
    logDays: logDays
    logGigabytesADay: logGigabytesADay
    alertMails: alertMails
    withDocs: withDocs
    anonymous: anonymous
    entraClientId: entraClientId
    people: people
    deployers: deployers
  }
}

module budget 'modules/budget.bicep' = if (budgetAMonth > 0) {
  params: {
    name: 'sluice-${environmentName}'
    resourceGroupName: group.name
    amount: budgetAMonth
    startDate: budgetStart
    mails: alertMails
    actionGroupId: system.outputs.actionGroupId
  }
}

output AZURE_LOCATION string = location
output AZURE_RESOURCE_GROUP string = group.name
output SLUICE_APP_NAME string = system.outputs.appName
output SLUICE_URL string = system.outputs.url
output SLUICE_EVENTS_NAMESPACE string = system.outputs.eventsNamespace
output SLUICE_STORAGE_ACCOUNT string = system.outputs.storageAccount
output SLUICE_PACKAGES_ACCOUNT string = system.outputs.packagesAccount
output SLUICE_MODELS_ACCOUNT string = system.outputs.modelsAccount
output SLUICE_COSMOS_ENDPOINT string = system.outputs.cosmosEndpoint
