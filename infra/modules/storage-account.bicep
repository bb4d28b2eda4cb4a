metadata description = 'A storage account without keys: containers, queues and what is deleted when.'

@description('Required. Name of the account.')
@maxLength(24)
param name string
@description('Required. Region.')
param location string
@description('Required. Tags.')
param tags object
@description('Required. Whether it is spread over the zones of the region.')
param zoneRedundant bool
@description('Required. Whether it is reached through a private network only.')
param privateNetwork bool
@description('Required. Whether it is locked against deletion.')
param locked bool
@description('Required. Names of the blob containers.')
param containers string[]
@description('Optional. Names of the queues.')
param queues string[] = []
@description('Optional. What happens to blobs with their age: prefixes, days until they are cool, days until they are deleted.')
param ageing {
  @description('What the rule is called.')
  name: string
  @description('Beginnings of `container/blob`.')
  prefixes: string[]
  @description('Days until blobs move to the cool tier.')
  coolAfterDays: int?
  @description('Days until blobs are deleted.')
  deleteAfterDays: int
}[] = []
@description('Optional. Days that former versions of blobs are kept; 0 keeps them for good.')
param formerVersionDays int = 0
@description('Required. Workspace that gets the logs.')
param workspaceId string
@description('Optional. Whether former versions of blobs are kept.')
param versioned bool = false

var softDeleteDays = 7
var formerVersions = {
  name: 'former-versions'
  enabled: true
  type: 'Lifecycle'
  definition: {
    filters: { blobTypes: ['blockBlob'] }
    actions: { version: { delete: { daysAfterCreationGreaterThan: formerVersionDays } } }
  }
}
var byAge = [
  for rule in ageing: {
    name: rule.name
    enabled: true
    type: 'Lifecycle'
    definition: {
      filters: { blobTypes: ['blockBlob'], prefixMatch: rule.prefixes }
      actions: {
        baseBlob: union(
          { delete: { daysAfterModificationGreaterThan: rule.deleteAfterDays } },
          contains(rule, 'coolAfterDays')
            ? { tierToCool: { daysAfterModificationGreaterThan: rule.coolAfterDays! } }
            : {}
        )
      }
    }
  }
]

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: zoneRedundant ? 'Standard_ZRS' : 'Standard_LRS' }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: privateNetwork ? 'Disabled' : 'Enabled'
    networkAcls: { bypass: 'AzureServices', defaultAction: privateNetwork ? 'Deny' : 'Allow' }
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2025-06-01' = {
  parent: account
  name: 'default'
  properties: {
    deleteRetentionPolicy: { enabled: true, days: softDeleteDays }
    containerDeleteRetentionPolicy: { enabled: true, days: softDeleteDays }
    isVersioningEnabled: versioned
  }
}

resource container 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' = [
  for containerName in containers: {
    parent: blobs
    name: containerName
    properties: { publicAccess: 'None' }
  }
]

resource queueService 'Microsoft.Storage/storageAccounts/queueServices@2025-06-01' = {
  parent: account
  name: 'default'
}

resource queue 'Microsoft.Storage/storageAccounts/queueServices/queues@2025-06-01' = [
  for queueName in queues: {
    parent: queueService
    name: queueName
  }
]

resource lifecycle 'Microsoft.Storage/storageAccounts/managementPolicies@2025-06-01' = if (!empty(ageing) || formerVersionDays > 0) {
  parent: account
  name: 'default'
  properties: { policy: { rules: concat(byAge, formerVersionDays > 0 ? [formerVersions] : []) } }
}

resource lock 'Microsoft.Authorization/locks@2020-05-01' = if (locked) {
  name: 'keep-${name}'
  scope: account
  properties: { level: 'CanNotDelete', notes: 'Holds data of the scoring system.' }
}

resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: blobs
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'StorageWrite', enabled: true }, { category: 'StorageDelete', enabled: true }]
    metrics: [{ category: 'Transaction', enabled: true }]
  }
}

resource queueLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: queueService
  properties: {
    workspaceId: workspaceId
    metrics: [{ category: 'Transaction', enabled: true }]
  }
}

output id string = account.id
output name string = account.name
output blobEndpoint string = account.properties.primaryEndpoints.blob
output queueEndpoint string = account.properties.primaryEndpoints.queue
