metadata description = 'Who may do what with the blobs and queues of the system: each role at the narrowest place that does.'

@description('Required. Account of the host: leases, checkpoints, packages.')
param hostAccountName string
@description('Required. Account of uploads, results and dead letters.')
param dataAccountName string
@description('Required. Account of models.')
param modelsAccountName string
@description('Required. Container of models.')
param modelsContainer string
@description('Required. Principal of the app.')
param appPrincipalId string
@description('Required. Groups that publish models.')
param publishers string[]
@description('Required. Groups that handle dead letters and parked records.')
param operators string[]
@description('Required. Containers that operators work with.')
param operatorContainers string[]
@description('Required. Queue into which operators put a file once more.')
param operatorQueue string
@description('Required. Groups that read all data.')
param auditors string[]

@description('Required. Groups that issue the keys of callers.')
param keyIssuers string[]
@description('Required. Container of the keys of callers.')
param accessContainer string
@description('Required. Who deploys packages: id and type of each.')
param deployers array
@description('Required. Container of the packages that are kept.')
param packagesContainer string

var blobOwner = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b')
var blobContributor = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'ba92f5b4-2d11-453d-a403-e96b0029c9fe')
var blobReader = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1')
var queueSender = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'c6a89b2d-59bc-44d0-9896-0f6e12d7b80a')
var queueContributor = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '974c5e8b-45b9-4653-ba55-5f855dd0fb88')

resource hostAccount 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: hostAccountName
}

resource dataAccount 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: dataAccountName
}

resource dataBlobs 'Microsoft.Storage/storageAccounts/blobServices@2025-06-01' existing = {
  parent: dataAccount
  name: 'default'
}

resource modelsAccount 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: modelsAccountName
}

resource modelsBlobs 'Microsoft.Storage/storageAccounts/blobServices@2025-06-01' existing = {
  parent: modelsAccount
  name: 'default'
}

resource models 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' existing = {
  parent: modelsBlobs
  name: modelsContainer
}

resource accessKeys 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' existing = {
  parent: dataBlobs
  name: accessContainer
}

resource hostBlobService 'Microsoft.Storage/storageAccounts/blobServices@2025-06-01' existing = {
  parent: hostAccount
  name: 'default'
}

resource packages 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' existing = {
  parent: hostBlobService
  name: packagesContainer
}

// The host keeps leases and checkpoints, and makes containers of its own names.
resource hostBlobs 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(hostAccount.id, appPrincipalId, blobOwner)
  scope: hostAccount
  properties: { roleDefinitionId: blobOwner, principalId: appPrincipalId, principalType: 'ServicePrincipal' }
}

resource hostQueues 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(hostAccount.id, appPrincipalId, queueContributor)
  scope: hostAccount
  properties: { roleDefinitionId: queueContributor, principalId: appPrincipalId, principalType: 'ServicePrincipal' }
}

// The app reads uploads and writes results, dead letters and parked records.
resource appBlobs 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(dataAccount.id, appPrincipalId, blobContributor)
  scope: dataAccount
  properties: { roleDefinitionId: blobContributor, principalId: appPrincipalId, principalType: 'ServicePrincipal' }
}

resource appQueues 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(dataAccount.id, appPrincipalId, queueContributor)
  scope: dataAccount
  properties: { roleDefinitionId: queueContributor, principalId: appPrincipalId, principalType: 'ServicePrincipal' }
}

// The app reads models and cannot write them.
resource appReadsModels 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(models.id, appPrincipalId, blobReader)
  scope: models
  properties: { roleDefinitionId: blobReader, principalId: appPrincipalId, principalType: 'ServicePrincipal' }
}

resource publish 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for principal in publishers: {
    name: guid(models.id, principal, blobContributor)
    scope: models
    properties: { roleDefinitionId: blobContributor, principalId: principal, principalType: 'Group' }
  }
]

resource operatorContainer 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' existing = [
  for name in operatorContainers: {
    parent: dataBlobs
    name: name
  }
]

resource operate 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for i in range(0, length(operators) * length(operatorContainers)): {
    name: guid(dataAccount.id, operators[i / length(operatorContainers)], operatorContainers[i % length(operatorContainers)], blobContributor)
    scope: operatorContainer[i % length(operatorContainers)]
    properties: {
      roleDefinitionId: blobContributor
      principalId: operators[i / length(operatorContainers)]
      principalType: 'Group'
    }
  }
]

resource dataQueues 'Microsoft.Storage/storageAccounts/queueServices@2025-06-01' existing = {
  parent: dataAccount
  name: 'default'
}

resource filesOnceMore 'Microsoft.Storage/storageAccounts/queueServices/queues@2025-06-01' existing = {
  parent: dataQueues
  name: operatorQueue
}

resource sendOnceMore 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for principal in operators: {
    name: guid(filesOnceMore.id, principal, queueSender)
    scope: filesOnceMore
    properties: { roleDefinitionId: queueSender, principalId: principal, principalType: 'Group' }
  }
]

resource audit 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for principal in auditors: {
    name: guid(dataAccount.id, principal, blobReader)
    scope: dataAccount
    properties: { roleDefinitionId: blobReader, principalId: principal, principalType: 'Group' }
  }
]

// Whoever issues keys needs no other data; what is stored are salted hashes.
resource issueKeys 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for principal in keyIssuers: {
    name: guid(accessKeys.id, principal, blobContributor)
    scope: accessKeys
    properties: { roleDefinitionId: blobContributor, principalId: principal, principalType: 'Group' }
  }
]

resource keepPackages 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for deployer in deployers: {
    name: guid(packages.id, deployer.id, blobContributor)
    scope: packages
    properties: { roleDefinitionId: blobContributor, principalId: deployer.id, principalType: deployer.type }
  }
]

// A deployment is proven by calls, with a key that is issued for them alone.
resource deployersIssueKeys 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for deployer in deployers: {
    name: guid(accessKeys.id, deployer.id, blobContributor)
    scope: accessKeys
    properties: { roleDefinitionId: blobContributor, principalId: deployer.id, principalType: deployer.type }
  }
]
