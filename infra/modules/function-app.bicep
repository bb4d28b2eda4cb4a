metadata description = 'The app on Flex Consumption: one identity for everything, settings without a single secret.'

@description('Required. Part of the names.')
param token string
@description('Required. Region.')
param location string
@description('Required. Tags.')
param tags object
@description('Required. Identity of the app.')
param identityId string
@description('Required. Client id of that identity.')
param identityClientId string
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
@description('Required. Whether it is spread over the zones of the region.')
param zoneRedundant bool
@description('Optional. Subnet of the app; none when empty.')
param subnetId string = ''
@description('Required. Account of the host.')
param hostAccountName string
@description('Required. Container of the deployed package.')
param packageContainer string
@description('Required. App registration whose tokens callers may come with; none when empty.')
param entraClientId string
@description('Required. How streams are read: economy or latency.')
param streamProfile string
@description('Required. Bytes of one event.')
param eventBytes int
@description('Required. Partitions of the event hub: one instance may have all of them.')
param eventHubPartitions int
@description('Required. What the app is told beside what this module knows.')
param settings object
@description('Required. Application Insights.')
param insightsName string
@description('Required. Who deploys packages: id and type of each.')
param deployers array
@description('Required. Workspace that gets the logs.')
param workspaceId string

// Deploys packages and reads the list of functions; cannot give roles or touch other resources.
var websiteContributor = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'de139f84-1756-47ae-9be6-808fbbe84772')

// As src/core/streams/stream-profiles.ts has them.
var streamProfiles = {
  economy: {
    maxEventBatchSize: 512
    minEventBatchSize: 128
    maxWaitTime: '00:00:02'
    batchCheckpointFrequency: 8
    prefetchCount: 1024
    targetUnprocessedEventThreshold: 2048
  }
  latency: {
    maxEventBatchSize: 256
    minEventBatchSize: 1
    maxWaitTime: '00:00:02'
    batchCheckpointFrequency: 1
    prefetchCount: 512
    targetUnprocessedEventThreshold: 512
  }
}
var reading = streamProfiles[streamProfile]
// Events that were fetched take an eighth of the memory: of each partition a batch in work, and twice as much ahead of it.
var batchMax = max(1, (instanceMemoryMB * 131072) / (3 * eventHubPartitions * eventBytes))
var batchSize = min(reading.maxEventBatchSize, batchMax)

resource hostAccount 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: hostAccountName
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: 'plan-${token}'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true, zoneRedundant: zoneRedundant }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: 'func-${token}'
  location: location
  tags: union(tags, { 'azd-service-name': 'app' })
  kind: 'functionapp,linux'
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identityId}': {} } }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    clientAffinityEnabled: false
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${hostAccount.properties.primaryEndpoints.blob}${packageContainer}'
          authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: identityId }
        }
      }
      runtime: { name: 'node', version: nodeVersion }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
        alwaysReady: alwaysReadyHttpInstances == 0 ? [] : [{ name: 'http', instanceCount: alwaysReadyHttpInstances }]
        triggers: { http: { perInstanceConcurrency: httpConcurrency } }
      }
    }
    siteConfig: { minTlsVersion: '1.2', ftpsState: 'Disabled', http20Enabled: true, remoteDebuggingEnabled: false }
  }
}

resource config 'Microsoft.Web/sites/config@2025-03-01' = {
  parent: app
  name: 'appsettings'
  properties: union(
    {
      AzureWebJobsStorage__accountName: hostAccountName
      AzureWebJobsStorage__credential: 'managedidentity'
      AzureWebJobsStorage__clientId: identityClientId
      APPLICATIONINSIGHTS_CONNECTION_STRING: insights.properties.ConnectionString
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
      ORT_DISABLE_TELEMETRY: '1'
      AzureFunctionsJobHost__extensions__eventHubs__maxEventBatchSize: string(batchSize)
      AzureFunctionsJobHost__extensions__eventHubs__minEventBatchSize: string(min(reading.minEventBatchSize, batchSize))
      AzureFunctionsJobHost__extensions__eventHubs__maxWaitTime: reading.maxWaitTime
      AzureFunctionsJobHost__extensions__eventHubs__batchCheckpointFrequency: string(reading.batchCheckpointFrequency)
      AzureFunctionsJobHost__extensions__eventHubs__prefetchCount: string(min(reading.prefetchCount, 2 * batchMax))
      AzureFunctionsJobHost__extensions__eventHubs__targetUnprocessedEventThreshold: string(reading.targetUnprocessedEventThreshold)
    },
    settings
  )
}

// Tokens are judged by the platform, and whoever has none goes on to the app, which asks for a key.
resource authentication 'Microsoft.Web/sites/config@2025-03-01' = if (!empty(entraClientId)) {
  parent: app
  name: 'authsettingsV2'
  properties: {
    platform: { enabled: true }
    globalValidation: { requireAuthentication: false, unauthenticatedClientAction: 'AllowAnonymous' }
    httpSettings: { requireHttps: true }
    identityProviders: {
      azureActiveDirectory: {
        enabled: true
        registration: { clientId: entraClientId, openIdIssuer: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0' }
        validation: { allowedAudiences: [entraClientId, 'api://${entraClientId}'] }
      }
    }
  }
}

resource deploys 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for deployer in deployers: {
    name: guid(app.id, deployer.id, websiteContributor)
    scope: app
    properties: { roleDefinitionId: websiteContributor, principalId: deployer.id, principalType: deployer.type }
  }
]

resource noFtp 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = {
  parent: app
  name: 'ftp'
  properties: { allow: false }
}

resource noScmPassword 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = {
  parent: app
  name: 'scm'
  properties: { allow: false }
}

resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: app
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'FunctionAppLogs', enabled: true }]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

output id string = app.id
output name string = app.name
output url string = 'https://${app.properties.defaultHostName}'
