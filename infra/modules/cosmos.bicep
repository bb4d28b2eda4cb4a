metadata description = 'Where scores are kept: an account without keys, with the containers that the app names.'

@description('Required. Part of the names.')
param token string
@description('Required. Region.')
param location string
@description('Required. Tags.')
param tags object
@description('Required. Name of the database.')
param databaseName string
@description('Required. Containers with their partition keys.')
param containers {
  @description('Name of the container.')
  name: string
  @description('Path of the partition key.')
  partitionKey: string
  @description('Seconds that items live; -1 keeps those that do not say otherwise.')
  ttlSeconds: int
}[]
@description('Required. serverless or autoscale.')
param mode string
@description('Required. With autoscale: most request units a second of a container.')
param throughputMax int
@description('Required. Whether it is spread over the zones of the region.')
param zoneRedundant bool
@description('Required. Whether it is reached through a private network only.')
param privateNetwork bool
@description('Required. Whether it is locked against deletion.')
param locked bool
@description('Required. Principal of the app, which reads and writes.')
param appPrincipalId string
@description('Required. Groups that read scores.')
param readers string[]
@description('Required. Workspace that gets the logs.')
param workspaceId string

var isServerless = mode == 'serverless'

resource account 'Microsoft.DocumentDB/databaseAccounts@2025-04-15' = {
  name: 'cosmos-${token}'
  location: location
  tags: tags
  kind: 'GlobalDocumentDB'
  properties: {
    databaseAccountOfferType: 'Standard'
    disableLocalAuth: true
    disableKeyBasedMetadataWriteAccess: true
    minimalTlsVersion: 'Tls12'
    publicNetworkAccess: privateNetwork ? 'Disabled' : 'Enabled'
    consistencyPolicy: { defaultConsistencyLevel: 'Session' }
    locations: [{ locationName: location, failoverPriority: 0, isZoneRedundant: zoneRedundant }]
    capabilities: isServerless ? [{ name: 'EnableServerless' }] : []
    backupPolicy: { type: 'Continuous', continuousModeProperties: { tier: 'Continuous7Days' } }
  }
}

resource database 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases@2025-04-15' = {
  parent: account
  name: databaseName
  properties: { resource: { id: databaseName } }
}

resource container 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers@2025-04-15' = [
  for each in containers: {
    parent: database
    name: each.name
    properties: {
      resource: {
        id: each.name
        partitionKey: { kind: 'Hash', version: 2, paths: [each.partitionKey] }
        defaultTtl: each.ttlSeconds
        indexingPolicy: {
          indexingMode: 'consistent'
          includedPaths: [{ path: '/*' }]
          // What is packed is looked for by its item: an index of a hundred scores would cost more than they do.
          excludedPaths: [{ path: '/features/*' }, { path: '/scores/*' }, { path: '/"_etag"/?' }]
        }
      }
      options: isServerless ? {} : { autoscaleSettings: { maxThroughput: throughputMax } }
    }
  }
]

resource writes 'Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments@2025-04-15' = {
  parent: account
  name: guid(account.id, appPrincipalId, 'writes')
  properties: {
    roleDefinitionId: '${account.id}/sqlRoleDefinitions/00000000-0000-0000-0000-000000000002'
    principalId: appPrincipalId
    scope: '${account.id}/dbs/${database.name}'
  }
}

resource reads 'Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments@2025-04-15' = [
  for principal in readers: {
    parent: account
    name: guid(account.id, principal, 'reads')
    properties: {
      roleDefinitionId: '${account.id}/sqlRoleDefinitions/00000000-0000-0000-0000-000000000001'
      principalId: principal
      scope: '${account.id}/dbs/${database.name}'
    }
  }
]

resource lock 'Microsoft.Authorization/locks@2020-05-01' = if (locked) {
  name: 'keep-scores'
  scope: account
  properties: { level: 'CanNotDelete', notes: 'Holds the scores.' }
}

resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: account
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'ControlPlaneRequests', enabled: true }, { category: 'PartitionKeyStatistics', enabled: true }]
    metrics: [{ category: 'Requests', enabled: true }]
  }
}

output id string = account.id
output endpoint string = account.properties.documentEndpoint
