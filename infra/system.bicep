metadata description = 'Everything in the resource group of one environment. Names of containers, queues, hubs and settings are those of src/core/resources.ts; a test holds the two against each other.'

@description('Required. Part of the names of all resources.')
param token string
@description('Required. Region.')
param location string
@description('Required. Tags.')
param tags object
@description('Required. Version of Node.')
param nodeVersion string
@description('Required. Memory of an instance in MB.')
param instanceMemoryMB int
@description('Required. Most instances.')
param maximumInstanceCount int
@description('Required. Instances for calls that are kept ready.')
param alwaysReadyHttpInstances int
@description('Required. Concurrent calls of one instance.')
param httpConcurrency int
@description('Required. Partitions of the event hub.')
param eventHubPartitions int
@description('Required. Days that events are kept.')
param eventRetentionDays int
@description('Required. Most throughput units.')
param eventHubThroughputUnitsMax int
@description('Required. How streams are read: economy or latency.')
param streamProfile string
@description('Required. Bytes of one event.')
param eventBytes int
@description('Required. Hubs that the app sends scores on to.')
param outboundHubs string[]
@description('Required. Whether there is an IoT Hub.')
param withIotHub bool
@description('Required. Kind of the units of the IoT Hub.')
param iotHubSku string
@description('Required. Units of the IoT Hub.')
param iotHubUnits int
@description('Required. serverless or autoscale.')
param cosmosMode string
@description('Required. With autoscale: most request units a second of a container.')
param cosmosThroughputMax int
@description('Required. Days that scores are kept.')
param scoreDays int
@description('Required. Whether all is spread over the zones of the region.')
param zoneRedundant bool
@description('Required. Whether services are reached through a private network only.')
param privateNetwork bool
@description('Required. Whether accounts with data are locked against deletion.')
param locked bool
@description('Required. Days that logs are kept.')
param logDays int
@description('Required. Gigabytes of logs a day at most.')
param logGigabytesADay int
@description('Required. Addresses that alerts are mailed to.')
param alertMails array
@description('Required. Whether the app describes itself.')
param withDocs bool
@description('Required. Whether calls need no key.')
param anonymous bool
@description('Required. App registration whose tokens callers may come with; none when empty.')
param entraClientId string
@description('Required. Groups of people with a part in the system.')
param people object
@description('Required. Who deploys packages: id and type of each.')
param deployers array

var secondsADay = 86400
var hubName = 'telemetry'
var consumerGroup = 'scoring'
var databaseName = 'scoring'
var incoming = 'incoming'
var results = 'results'
var deadLetters = 'dead-letters'
var parked = 'parked'
var ledger = 'ledger'
var access = 'access'
var runs = 'runs'
var parts = 'parts'
var inFlight = 'in-flight'
var modelsContainer = 'models'
var packageContainer = 'app-package'
var packagesContainer = 'packages'
var undelivered = 'undelivered'

var publishers = people.?publishers ?? []
var operators = people.?operators ?? []
var analysts = people.?analysts ?? []
var auditors = people.?auditors ?? []
var keyIssuers = people.?keyIssuers ?? []

module appIdentity 'modules/identity.bicep' = {
  params: { name: 'id-app-${token}', location: location, tags: tags }
}

module iotIdentity 'modules/identity.bicep' = if (withIotHub) {
  params: { name: 'id-iot-${token}', location: location, tags: tags }
}

module monitoring 'modules/monitoring.bicep' = {
  params: {
    token: token
    location: location
    tags: tags
    logDays: logDays
    logGigabytesADay: logGigabytesADay
    appPrincipalId: appIdentity.outputs.principalId
    readers: union(operators, auditors)
  }
}

module network 'modules/network.bicep' = if (privateNetwork) {
  params: { token: token, location: location, tags: tags }
}

module hostStorage 'modules/storage-account.bicep' = {
  params: {
    name: 'sthost${token}'
    location: location
    tags: tags
    zoneRedundant: zoneRedundant
    privateNetwork: privateNetwork
    locked: false
    containers: [packageContainer, packagesContainer]
    versioned: true
    // Each deployment replaces the package that runs; `packages` has every one under a name of its own.
    formerVersionDays: 30
    workspaceId: monitoring.outputs.workspaceId
  }
}

module dataStorage 'modules/storage-account.bicep' = {
  params: {
    name: 'stdata${token}'
    location: location
    tags: tags
    zoneRedundant: zoneRedundant
    privateNetwork: privateNetwork
    locked: locked
    containers: [incoming, results, runs, deadLetters, parked, ledger, inFlight, access, undelivered]
    queues: [incoming, '${incoming}-poison', parts, '${parts}-poison']
    ageing: [
      { name: 'files', prefixes: ['${incoming}/', '${results}/'], coolAfterDays: 30, deleteAfterDays: 90 }
      { name: 'runs', prefixes: ['${runs}/'], deleteAfterDays: 90 }
      { name: 'dead-letters', prefixes: ['${deadLetters}/', '${undelivered}/'], deleteAfterDays: 180 }
    ]
    workspaceId: monitoring.outputs.workspaceId
  }
}

module modelStorage 'modules/storage-account.bicep' = {
  params: {
    name: 'stmodel${token}'
    location: location
    tags: tags
    zoneRedundant: zoneRedundant
    privateNetwork: privateNetwork
    locked: locked
    containers: [modelsContainer]
    versioned: true
    workspaceId: monitoring.outputs.workspaceId
  }
}

module storageRoles 'modules/storage-roles.bicep' = {
  params: {
    hostAccountName: hostStorage.outputs.name
    dataAccountName: dataStorage.outputs.name
    modelsAccountName: modelStorage.outputs.name
    modelsContainer: modelsContainer
    appPrincipalId: appIdentity.outputs.principalId
    publishers: publishers
    operators: operators
    operatorContainers: [deadLetters, parked, ledger, runs, results]
    operatorQueue: incoming
    auditors: auditors
    keyIssuers: keyIssuers
    accessContainer: access
    deployers: deployers
    packagesContainer: packagesContainer
  }
}

module events 'modules/event-hubs.bicep' = {
  params: {
    token: token
    location: location
    tags: tags
    hubName: hubName
    consumerGroup: consumerGroup
    partitions: eventHubPartitions
    retentionDays: eventRetentionDays
    throughputUnitsMax: eventHubThroughputUnitsMax
    zoneRedundant: zoneRedundant
    privateNetwork: privateNetwork
    appPrincipalId: appIdentity.outputs.principalId
    outboundHubs: outboundHubs
    senders: withIotHub ? [iotIdentity!.outputs.principalId] : []
    workspaceId: monitoring.outputs.workspaceId
  }
}

module iotHub 'modules/iot-hub.bicep' = if (withIotHub) {
  params: {
    token: token
    location: location
    tags: tags
    sku: iotHubSku
    units: iotHubUnits
    identityId: iotIdentity!.outputs.id
    eventsHost: events.outputs.host
    hubName: hubName
    workspaceId: monitoring.outputs.workspaceId
  }
}

module cosmos 'modules/cosmos.bicep' = {
  params: {
    token: token
    location: location
    tags: tags
    databaseName: databaseName
    containers: [
      { name: 'predictions', partitionKey: '/partition', ttlSeconds: scoreDays * secondsADay }
      { name: 'latest', partitionKey: '/key', ttlSeconds: -1 }
      { name: 'resends', partitionKey: '/key', ttlSeconds: -1 }
    ]
    mode: cosmosMode
    throughputMax: cosmosThroughputMax
    zoneRedundant: zoneRedundant
    privateNetwork: privateNetwork
    locked: locked
    appPrincipalId: appIdentity.outputs.principalId
    readers: union(analysts, auditors)
    workspaceId: monitoring.outputs.workspaceId
  }
}

module announcements 'modules/event-grid.bicep' = {
  params: {
    token: token
    location: location
    tags: tags
    storageAccountName: dataStorage.outputs.name
    container: incoming
    queue: incoming
    deadLetterContainer: undelivered
    workspaceId: monitoring.outputs.workspaceId
  }
}

module app 'modules/function-app.bicep' = {
  dependsOn: [storageRoles]
  params: {
    token: token
    location: location
    tags: tags
    identityId: appIdentity.outputs.id
    identityClientId: appIdentity.outputs.clientId
    nodeVersion: nodeVersion
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    alwaysReadyHttpInstances: alwaysReadyHttpInstances
    httpConcurrency: httpConcurrency
    zoneRedundant: zoneRedundant
    subnetId: privateNetwork ? network!.outputs.appSubnetId : ''
    hostAccountName: hostStorage.outputs.name
    packageContainer: packageContainer
    insightsName: monitoring.outputs.insightsName
    workspaceId: monitoring.outputs.workspaceId
    deployers: deployers
    entraClientId: entraClientId
    streamProfile: streamProfile
    eventBytes: eventBytes
    eventHubPartitions: eventHubPartitions
    settings: {
      SLUICE_ANONYMOUS: anonymous ? 'on' : 'off'
      SLUICE_EASY_AUTH: empty(entraClientId) ? 'off' : 'on'
      SLUICE_DOCS: withDocs ? 'on' : 'off'
      SLUICE_EVENTS__fullyQualifiedNamespace: events.outputs.host
      SLUICE_EVENTS__credential: 'managedidentity'
      SLUICE_EVENTS__clientId: appIdentity.outputs.clientId
      SLUICE_STORAGE__blobServiceUri: dataStorage.outputs.blobEndpoint
      SLUICE_STORAGE__queueServiceUri: dataStorage.outputs.queueEndpoint
      SLUICE_STORAGE__credential: 'managedidentity'
      SLUICE_STORAGE__clientId: appIdentity.outputs.clientId
      SLUICE_MODELS__blobServiceUri: modelStorage.outputs.blobEndpoint
      SLUICE_MODELS__clientId: appIdentity.outputs.clientId
      SLUICE_COSMOS__accountEndpoint: cosmos.outputs.endpoint
      SLUICE_COSMOS__clientId: appIdentity.outputs.clientId
    }
  }
}

var endpoints = [
  { name: 'host-blob', groupId: 'blob', makesZone: true }
  { name: 'host-queue', groupId: 'queue', makesZone: true }
  { name: 'data-blob', groupId: 'blob', makesZone: false }
  { name: 'data-queue', groupId: 'queue', makesZone: false }
  { name: 'model-blob', groupId: 'blob', makesZone: false }
  { name: 'events', groupId: 'namespace', makesZone: true }
  { name: 'cosmos', groupId: 'Sql', makesZone: true }
]
var zones = {
  blob: 'privatelink.blob.${environment().suffixes.storage}'
  queue: 'privatelink.queue.${environment().suffixes.storage}'
  namespace: 'privatelink.servicebus.windows.net'
  Sql: 'privatelink.documents.azure.com'
}

@batchSize(1)
module privateEndpoints 'modules/private-endpoint.bicep' = [
  for (endpoint, i) in endpoints: if (privateNetwork) {
    params: {
      name: 'pe-${endpoint.name}-${token}'
      location: location
      tags: tags
      // In the order of the list above.
      targetId: [
        hostStorage.outputs.id
        hostStorage.outputs.id
        dataStorage.outputs.id
        dataStorage.outputs.id
        modelStorage.outputs.id
        events.outputs.id
        cosmos.outputs.id
      ][i]
      groupId: endpoint.groupId
      zone: zones[endpoint.groupId]
      makesZone: endpoint.makesZone
      networkId: network!.outputs.networkId
      subnetId: network!.outputs.endpointSubnetId
    }
  }
]

module workbook 'modules/workbook.bicep' = {
  params: { location: location, tags: tags, workspaceId: monitoring.outputs.workspaceId }
}

module who 'modules/action-group.bicep' = {
  params: { token: token, tags: tags, mails: alertMails }
}

module alerts 'modules/alerts.bicep' = {
  params: {
    token: token
    location: location
    tags: tags
    actionGroupId: who.outputs.id
    workspaceId: monitoring.outputs.workspaceId
    eventRetentionDays: eventRetentionDays
  }
}

module platformAlerts 'modules/platform-alerts.bicep' = {
  params: {
    token: token
    tags: tags
    actionGroupId: who.outputs.id
    appId: app.outputs.id
    eventsId: events.outputs.id
    cosmosId: cosmos.outputs.id
    topicId: announcements.outputs.topicId
    hostStorageId: hostStorage.outputs.id
    dataStorageId: dataStorage.outputs.id
    modelStorageId: modelStorage.outputs.id
    iotHubId: withIotHub ? iotHub!.outputs.id : ''
    iotHubSku: iotHubSku
    iotHubUnits: iotHubUnits
  }
}

// Where nobody is told, nobody asks: an app that is asked every few minutes does not scale to zero.
module probe 'modules/probe.bicep' = if (!empty(alertMails)) {
  params: {
    token: token
    location: location
    tags: tags
    url: app.outputs.url
    insightsId: monitoring.outputs.insightsId
    actionGroupId: who.outputs.id
  }
}

output appName string = app.outputs.name
output url string = app.outputs.url
output eventsNamespace string = events.outputs.name
output packagesAccount string = hostStorage.outputs.name
output storageAccount string = dataStorage.outputs.name
output modelsAccount string = modelStorage.outputs.name
output cosmosEndpoint string = cosmos.outputs.endpoint
output actionGroupId string = who.outputs.id
