metadata description = 'The hub that devices write to, with a consumer group of our own. No keys.'

@description('Required. Part of the names.')
param token string
@description('Required. Region.')
param location string
@description('Required. Tags.')
param tags object
@description('Required. Name of the hub.')
param hubName string
@description('Required. Name of the consumer group.')
param consumerGroup string
@description('Required. Partitions, fixed for life.')
param partitions int
@description('Required. Days that events are kept.')
param retentionDays int
@description('Required. Most throughput units.')
param throughputUnitsMax int
@description('Required. Whether it is spread over the zones of the region.')
param zoneRedundant bool
@description('Required. Whether it is reached through a private network only.')
param privateNetwork bool
@description('Required. Principal of the app, which receives.')
param appPrincipalId string
@description('Required. Principals of services that send; the IoT Hub.')
param senders string[]
@description('Required. Hubs that the app sends scores on to.')
param outboundHubs string[]
@description('Required. Workspace that gets the logs.')
param workspaceId string

var receiver = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'a638d3c7-ab3a-418d-83e6-5f17a39d4fde')
var sender = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '2b629674-e913-4c01-ae53-ef4638d8f975')

resource namespace 'Microsoft.EventHub/namespaces@2024-01-01' = {
  name: 'evhns-${token}'
  location: location
  tags: tags
  sku: { name: 'Standard', tier: 'Standard', capacity: 1 }
  properties: {
    disableLocalAuth: true
    minimumTlsVersion: '1.2'
    isAutoInflateEnabled: true
    maximumThroughputUnits: throughputUnitsMax
    publicNetworkAccess: privateNetwork ? 'Disabled' : 'Enabled'
    zoneRedundant: zoneRedundant
  }
}

// The IoT Hub is outside of the network: it comes in by its identity, as a service that is trusted.
resource wall 'Microsoft.EventHub/namespaces/networkRuleSets@2024-01-01' = if (privateNetwork) {
  parent: namespace
  name: 'default'
  properties: { publicNetworkAccess: 'Disabled', defaultAction: 'Deny', trustedServiceAccessEnabled: true }
}

resource hub 'Microsoft.EventHub/namespaces/eventhubs@2024-01-01' = {
  parent: namespace
  name: hubName
  properties: {
    partitionCount: partitions
    retentionDescription: { cleanupPolicy: 'Delete', retentionTimeInHours: 24 * retentionDays }
  }
}

resource group 'Microsoft.EventHub/namespaces/eventhubs/consumergroups@2024-01-01' = {
  parent: hub
  name: consumerGroup
}

resource receives 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(hub.id, appPrincipalId, receiver)
  scope: hub
  properties: { roleDefinitionId: receiver, principalId: appPrincipalId, principalType: 'ServicePrincipal' }
}

resource sends 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for principal in senders: {
    name: guid(hub.id, principal, sender)
    scope: hub
    properties: { roleDefinitionId: sender, principalId: principal, principalType: 'ServicePrincipal' }
  }
]

resource outbound 'Microsoft.EventHub/namespaces/eventhubs@2024-01-01' = [
  for name in outboundHubs: {
    parent: namespace
    name: name
    properties: {
      partitionCount: partitions
      retentionDescription: { cleanupPolicy: 'Delete', retentionTimeInHours: 24 * retentionDays }
    }
  }
]

resource appSends 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (name, i) in outboundHubs: {
    name: guid(outbound[i].id, appPrincipalId, sender)
    scope: outbound[i]
    properties: { roleDefinitionId: sender, principalId: appPrincipalId, principalType: 'ServicePrincipal' }
  }
]

resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: namespace
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'OperationalLogs', enabled: true }]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

output id string = namespace.id
output name string = namespace.name
output host string = '${namespace.name}.servicebus.windows.net'
