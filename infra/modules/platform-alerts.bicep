metadata description = 'What people are told of the services that the app stands on: the baselines of Azure Monitor, held against metrics of the platform.'

@description('Required. Part of the names.')
param token string
@description('Required. Tags.')
param tags object
@description('Required. Who is told.')
param actionGroupId string
@description('Required. The app.')
param appId string
@description('Required. The Event Hubs namespace.')
param eventsId string
@description('Required. The Cosmos DB account.')
param cosmosId string
@description('Required. The Event Grid topic.')
param topicId string
@description('Required. The account of the host.')
param hostStorageId string
@description('Required. The account of uploads and results.')
param dataStorageId string
@description('Required. The account of models.')
param modelStorageId string
@description('Required. The IoT Hub; none when empty.')
param iotHubId string
@description('Required. Kind of the units of the IoT Hub.')
param iotHubSku string
@description('Required. Units of the IoT Hub.')
param iotHubUnits int

var targets = {
  app: appId
  events: eventsId
  cosmos: cosmosId
  topic: topicId
  hostStorage: hostStorageId
  dataStorage: dataStorageId
  modelStorage: modelStorageId
  dataQueues: '${dataStorageId}/queueServices/default'
  iotHub: iotHubId
}
var namespaces = {
  app: 'Microsoft.Web/sites'
  events: 'Microsoft.EventHub/namespaces'
  cosmos: 'Microsoft.DocumentDB/databaseAccounts'
  topic: 'Microsoft.EventGrid/systemTopics'
  hostStorage: 'Microsoft.Storage/storageAccounts'
  dataStorage: 'Microsoft.Storage/storageAccounts'
  modelStorage: 'Microsoft.Storage/storageAccounts'
  dataQueues: 'Microsoft.Storage/storageAccounts/queueServices'
  iotHub: 'Microsoft.Devices/IotHubs'
}
var refusedForLoad = {
  name: 'ResponseType'
  values: ['ServerBusyError', 'ClientThrottlingError', 'ClientAccountRequestThrottlingError', 'ClientAccountBandwidthThrottlingError']
}
// What the units take in a day; told at nine tenths of it.
var messagesADay = { S1: 400000, S2: 6000000, S3: 300000000 }
var messagesTold = messagesADay[iotHubSku] * iotHubUnits / 10 * 9

// `window` is that of 15 minutes unless said otherwise; a metric that is told by the hour takes no shorter one.
var always = [
  { name: 'server-errors', target: 'app', metric: 'Http5xx', operator: 'GreaterThan', threshold: '10', aggregation: 'Total', severity: 1, summary: 'The app answers calls with errors of its own.' }
  { name: 'events-throttled', target: 'events', metric: 'ThrottledRequests', operator: 'GreaterThan', threshold: '0', aggregation: 'Total', severity: 2, summary: 'Event Hubs slows senders down: it needs more throughput units.' }
  { name: 'events-over-quota', target: 'events', metric: 'QuotaExceededErrors', operator: 'GreaterThan', threshold: '0', aggregation: 'Total', severity: 2, summary: 'Event Hubs refuses what goes over its quota.' }
  { name: 'events-errors', target: 'events', metric: 'ServerErrors', operator: 'GreaterThan', threshold: '5', aggregation: 'Total', severity: 2, summary: 'Event Hubs has errors.' }
  { name: 'events-refused', target: 'events', metric: 'UserErrors', operator: 'GreaterThan', threshold: '5', aggregation: 'Total', severity: 3, summary: 'Event Hubs refuses what senders or readers ask of it.' }
  { name: 'cosmos-unavailable', target: 'cosmos', metric: 'ServiceAvailability', operator: 'LessThan', threshold: '99.9', aggregation: 'Average', window: 'PT1H', severity: 1, summary: 'Cosmos DB does not answer: records are parked and drain by themselves.' }
  { name: 'cosmos-throttled', target: 'cosmos', metric: 'TotalRequests', operator: 'GreaterThan', threshold: '50', aggregation: 'Count', dimension: { name: 'StatusCode', values: ['429'] }, severity: 2, summary: 'Cosmos DB asks to slow down (429): it has too few request units.' }
  { name: 'cosmos-busy', target: 'cosmos', metric: 'NormalizedRUConsumption', operator: 'GreaterThan', threshold: '70', aggregation: 'Average', severity: 3, summary: 'Cosmos DB is close to its request units.' }
  { name: 'cosmos-slow', target: 'cosmos', metric: 'ServerSideLatency', operator: 'GreaterThan', threshold: '100', aggregation: 'Average', severity: 3, summary: 'Cosmos DB takes long to answer.' }
  { name: 'announcements-unpublished', target: 'topic', metric: 'PublishFailCount', operator: 'GreaterThan', threshold: '0', aggregation: 'Total', severity: 1, summary: 'Event Grid did not take announcements of uploads: the reconciler finds them.' }
  { name: 'announcements-delayed', target: 'topic', metric: 'DeliveryAttemptFailCount', operator: 'GreaterThan', threshold: '0', aggregation: 'Total', severity: 3, summary: 'Event Grid had to try again to announce uploads.' }
  { name: 'announcements-undelivered', target: 'topic', metric: 'DeadLetteredCount', operator: 'GreaterThan', threshold: '0', aggregation: 'Total', severity: 1, summary: 'Uploads were not announced: the reconciler finds them, but look why.' }
  { name: 'storage-unavailable', target: 'dataStorage', metric: 'Availability', operator: 'LessThan', threshold: '99.9', aggregation: 'Average', severity: 1, summary: 'The account of uploads and results does not answer.' }
  { name: 'storage-slow', target: 'dataStorage', metric: 'SuccessServerLatency', operator: 'GreaterThan', threshold: '1000', aggregation: 'Average', severity: 3, summary: 'The account of uploads and results takes long to answer.' }
  { name: 'storage-throttled', target: 'dataStorage', metric: 'Transactions', operator: 'GreaterThan', threshold: '0', aggregation: 'Total', dimension: refusedForLoad, severity: 3, summary: 'The account of uploads and results is asked more than it takes.' }
  { name: 'host-storage-unavailable', target: 'hostStorage', metric: 'Availability', operator: 'LessThan', threshold: '99.9', aggregation: 'Average', severity: 1, summary: 'The account of the host does not answer: without leases and checkpoints nothing is read.' }
  { name: 'model-storage-unavailable', target: 'modelStorage', metric: 'Availability', operator: 'LessThan', threshold: '99.9', aggregation: 'Average', severity: 2, summary: 'The account of models does not answer: what is loaded goes on, new instances do not serve.' }
  { name: 'queues-grow', target: 'dataQueues', metric: 'QueueMessageCount', operator: 'GreaterThan', threshold: '1000', aggregation: 'Average', window: 'PT1H', severity: 3, summary: 'Files and parts of files wait in queues.' }
]
var withIotHub = [
  { name: 'devices-messages-dropped', target: 'iotHub', metric: 'd2c.telemetry.egress.dropped', operator: 'GreaterThan', threshold: '0', aggregation: 'Total', severity: 1, summary: 'The IoT Hub drops messages: it cannot hand them to the event hub.' }
  { name: 'devices-throttled', target: 'iotHub', metric: 'd2c.telemetry.ingress.sendThrottle', operator: 'GreaterThan', threshold: '0', aggregation: 'Total', severity: 3, summary: 'The IoT Hub slows devices down.' }
  { name: 'devices-near-quota', target: 'iotHub', metric: 'dailyMessageQuotaUsed', operator: 'GreaterThan', threshold: string(messagesTold), aggregation: 'Maximum', severity: 2, summary: 'Devices have sent nine tenths of what the IoT Hub takes in a day.' }
]

module metricAlerts 'metric-alert.bicep' = [
  for alert in concat(always, empty(iotHubId) ? [] : withIotHub): {
    name: 'alert-${alert.name}'
    params: {
      name: '${alert.name}-${token}'
      tags: tags
      summary: alert.summary
      severity: alert.severity
      targetId: targets[alert.target]
      metricNamespace: namespaces[alert.target]
      metricName: alert.metric
      operator: alert.operator
      threshold: alert.threshold
      aggregation: alert.aggregation
      window: alert.?window ?? 'PT15M'
      dimension: alert.?dimension
      actionGroupId: actionGroupId
      runbook: 'docs/operations.md#${alert.name}'
    }
  }
]

var ofAzure = [
  { name: 'azure-has-an-incident', category: 'ServiceHealth', scope: subscription().id, summary: 'Azure tells of an incident or of maintenance in this subscription.' }
  { name: 'azure-resource-unhealthy', category: 'ResourceHealth', scope: resourceGroup().id, summary: 'Azure says that a resource of this group is degraded or out of reach, by a cause of its own.' }
]
var unhealthyByAzure = [
  {
    anyOf: [
      { field: 'properties.currentHealthStatus', equals: 'Degraded' }
      { field: 'properties.currentHealthStatus', equals: 'Unavailable' }
    ]
  }
  { anyOf: [{ field: 'properties.cause', equals: 'PlatformInitiated' }] }
]

resource health 'Microsoft.Insights/activityLogAlerts@2020-10-01' = [
  for alert in ofAzure: {
    name: '${alert.name}-${token}'
    location: 'global'
    tags: tags
    properties: {
      description: alert.summary
      enabled: true
      scopes: [alert.scope]
      condition: {
        allOf: concat(
          [{ field: 'category', equals: alert.category }],
          alert.category == 'ResourceHealth' ? unhealthyByAzure : []
        )
      }
      actions: { actionGroups: [{ actionGroupId: actionGroupId, webhookProperties: { runbook: 'docs/operations.md#${alert.name}' } }] }
    }
  }
]
