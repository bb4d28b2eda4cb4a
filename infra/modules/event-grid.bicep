metadata description = 'Announces uploaded blobs in a queue, by identity: no web hook, no key, and what cannot be delivered is kept.'

@description('Required. Part of the names.')
param token string
@description('Required. Region.')
param location string
@description('Required. Tags.')
param tags object
@description('Required. Name of the account whose uploads are announced, and that has the queue.')
param storageAccountName string
@description('Required. Container of the uploads.')
param container string
@description('Required. Queue that gets the announcements.')
param queue string
@description('Required. Container of announcements that could not be delivered.')
param deadLetterContainer string
@description('Required. Workspace that gets the logs.')
param workspaceId string

var queueSender = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'c6a89b2d-59bc-44d0-9896-0f6e12d7b80a')
var blobContributor = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'ba92f5b4-2d11-453d-a403-e96b0029c9fe')
var inContainer = '/blobServices/default/containers/${container}/'
var delivery = {
  endpointType: 'StorageQueue'
  properties: { resourceId: account.id, queueName: queue, queueMessageTimeToLiveInSeconds: 604800 }
}
var undelivered = {
  identity: { type: 'SystemAssigned' }
  deadLetterDestination: {
    endpointType: 'StorageBlob'
    properties: { resourceId: account.id, blobContainerName: deadLetterContainer }
  }
}
var retries = { maxDeliveryAttempts: 30, eventTimeToLiveInMinutes: 1440 }

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: storageAccountName
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2025-06-01' existing = {
  parent: account
  name: 'default'
}

resource letters 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' existing = {
  parent: blobs
  name: deadLetterContainer
}

resource queues 'Microsoft.Storage/storageAccounts/queueServices@2025-06-01' existing = {
  parent: account
  name: 'default'
}

resource announcements 'Microsoft.Storage/storageAccounts/queueServices/queues@2025-06-01' existing = {
  parent: queues
  name: queue
}

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' = {
  name: 'evgt-${token}'
  location: location
  tags: tags
  identity: { type: 'SystemAssigned' }
  properties: { source: account.id, topicType: 'Microsoft.Storage.StorageAccounts' }
}

resource announces 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(announcements.id, topic.id, queueSender)
  scope: announcements
  properties: { roleDefinitionId: queueSender, principalId: topic.identity.principalId, principalType: 'ServicePrincipal' }
}

resource keeps 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(letters.id, topic.id, blobContributor)
  scope: letters
  properties: { roleDefinitionId: blobContributor, principalId: topic.identity.principalId, principalType: 'ServicePrincipal' }
}

resource created 'Microsoft.EventGrid/systemTopics/eventSubscriptions@2025-02-15' = {
  parent: topic
  name: 'uploads'
  dependsOn: [announces, keeps]
  properties: {
    eventDeliverySchema: 'EventGridSchema'
    deliveryWithResourceIdentity: { identity: { type: 'SystemAssigned' }, destination: delivery }
    deadLetterWithResourceIdentity: undelivered
    retryPolicy: retries
    filter: {
      includedEventTypes: ['Microsoft.Storage.BlobCreated']
      subjectBeginsWith: inContainer
      enableAdvancedFilteringOnArrays: true
      advancedFilters: [
        {
          operatorType: 'StringIn'
          key: 'data.api'
          values: ['PutBlob', 'PutBlockList', 'CopyBlob', 'FlushWithClose', 'SftpCommit']
        }
      ]
    }
  }
}

resource renamed 'Microsoft.EventGrid/systemTopics/eventSubscriptions@2025-02-15' = {
  parent: topic
  name: 'renames'
  dependsOn: [announces, keeps]
  properties: {
    eventDeliverySchema: 'EventGridSchema'
    deliveryWithResourceIdentity: { identity: { type: 'SystemAssigned' }, destination: delivery }
    deadLetterWithResourceIdentity: undelivered
    retryPolicy: retries
    filter: { includedEventTypes: ['Microsoft.Storage.BlobRenamed'], subjectBeginsWith: inContainer }
  }
}

resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: topic
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'DeliveryFailures', enabled: true }]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

output topicId string = topic.id
