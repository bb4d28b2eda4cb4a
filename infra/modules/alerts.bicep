metadata description = 'What people are told: the promises of the app, and the health of what it stands on. Metric names are those of src/core/resources.ts.'

@description('Required. Part of the names.')
param token string
@description('Required. Region.')
param location string
@description('Required. Tags.')
param tags object
@description('Required. Addresses that are mailed; alerts are quiet when there is none.')
param mails array
@description('Required. Workspace with the logs.')
param workspaceId string
@description('Required. The app.')
param appId string
@description('Required. The Event Hubs namespace.')
param eventsId string
@description('Required. The Cosmos DB account.')
param cosmosId string
@description('Required. The Event Grid topic.')
param topicId string
@description('Required. The account of uploads and results.')
param dataStorageId string
@description('Required. Days that the event hub keeps events.')
param eventRetentionDays int

var secondsADay = 86400
// A tenth of what the hub keeps: then there is time to act before anything is lost.
var lagSeconds = eventRetentionDays * secondsADay / 10

module who 'action-group.bicep' = {
  params: { token: token, tags: tags, mails: mails }
}

var ofApp = [
  {
    name: 'calls-are-slow'
    summary: 'The slowest twentieth of the calls takes more than half a second.'
    severity: 2
    query: 'AppRequests | where Name startswith "score-http" | summarize value=percentile(DurationMs, 95), n=count() by bin(TimeGenerated, 5m) | where n > 50'
    threshold: 500
  }
  {
    name: 'invocations-fail'
    summary: 'More than two of a hundred invocations fail.'
    severity: 1
    query: 'AppRequests | summarize value=100.0 * countif(Success == false) / count(), n=count() by bin(TimeGenerated, 5m) | where n > 20'
    threshold: 2
  }
  {
    name: 'events-are-late'
    summary: 'The oldest event in work is older than a tenth of the time that the hub keeps events.'
    severity: 2
    query: 'AppMetrics | where Name == "sluice.event.age" | summarize value=max(Max) by bin(TimeGenerated, 5m)'
    threshold: lagSeconds
  }
  {
    name: 'records-are-dead-letters'
    summary: 'Records could not be scored: see why, mend and replay them.'
    severity: 1
    query: 'AppMetrics | where Name == "sluice.rejects" | summarize value=sum(Sum) by bin(TimeGenerated, 5m)'
    threshold: 0
  }
  {
    name: 'records-wait'
    summary: 'Good records have been parked for more than 15 minutes: what they wait for is out of reach.'
    severity: 1
    query: 'AppMetrics | where Name == "sluice.parked.age" | summarize value=max(Max) by bin(TimeGenerated, 5m)'
    threshold: 900
  }
  {
    name: 'input-is-invalid'
    summary: 'More than one of twenty records is refused: a sender has changed, or a model expects something else.'
    severity: 3
    query: 'AppMetrics | where Name in ("sluice.rows", "sluice.rejects") | summarize rejects=sumif(Sum, Name == "sluice.rejects"), n=sumif(Sum, Name == "sluice.rows") by bin(TimeGenerated, 5m) | where n > 20 | extend value=100.0 * rejects / n'
    threshold: 5
  }
  {
    name: 'nothing-is-scored'
    summary: 'Events come in, and no record of them is scored.'
    severity: 1
    query: 'union (AzureMetrics | where ResourceProvider == "MICROSOFT.EVENTHUB" and MetricName == "IncomingMessages" | project TimeGenerated, incoming=Total, rows=0.0), (AppMetrics | where Name == "sluice.rows" | project TimeGenerated, incoming=0.0, rows=Sum) | summarize incoming=sum(incoming), rows=sum(rows) by bin(TimeGenerated, 15m) | extend value=iff(incoming > 0 and rows == 0, 1, 0)'
    threshold: 0
  }
]

module logAlerts 'log-alert.bicep' = [
  for alert in ofApp: {
    name: 'alert-${alert.name}'
    params: {
      name: '${alert.name}-${token}'
      location: location
      tags: tags
      summary: alert.summary
      severity: alert.severity
      query: alert.query
      threshold: alert.threshold
      workspaceId: workspaceId
      actionGroupId: who.outputs.id
      runbook: 'docs/operations.md#${alert.name}'
    }
  }
]

var ofPlatform = [
  { name: 'server-errors', target: 'app', metricNamespace: 'Microsoft.Web/sites', metric: 'Http5xx', operator: 'GreaterThan', threshold: 10, aggregation: 'Total', severity: 1, summary: 'The app answers calls with errors of its own.' }
  { name: 'events-throttled', target: 'events', metricNamespace: 'Microsoft.EventHub/namespaces', metric: 'ThrottledRequests', operator: 'GreaterThan', threshold: 0, aggregation: 'Total', severity: 2, summary: 'Event Hubs slows senders down: it needs more throughput units.' }
  { name: 'events-errors', target: 'events', metricNamespace: 'Microsoft.EventHub/namespaces', metric: 'ServerErrors', operator: 'GreaterThan', threshold: 5, aggregation: 'Total', severity: 2, summary: 'Event Hubs has errors.' }
  { name: 'events-over-quota', target: 'events', metricNamespace: 'Microsoft.EventHub/namespaces', metric: 'QuotaExceededErrors', operator: 'GreaterThan', threshold: 0, aggregation: 'Total', severity: 2, summary: 'Event Hubs refuses what goes over its quota.' }
  { name: 'cosmos-slow', target: 'cosmos', metricNamespace: 'Microsoft.DocumentDB/databaseAccounts', metric: 'ServerSideLatency', operator: 'GreaterThan', threshold: 100, aggregation: 'Average', severity: 3, summary: 'Cosmos DB takes long to answer.' }
  { name: 'cosmos-unavailable', target: 'cosmos', metricNamespace: 'Microsoft.DocumentDB/databaseAccounts', metric: 'ServiceAvailability', operator: 'LessThan', threshold: 99, aggregation: 'Average', severity: 1, summary: 'Cosmos DB does not answer: records are parked and drain by themselves.' }
  { name: 'cosmos-busy', target: 'cosmos', metricNamespace: 'Microsoft.DocumentDB/databaseAccounts', metric: 'NormalizedRUConsumption', operator: 'GreaterThan', threshold: 70, aggregation: 'Maximum', severity: 3, summary: 'Cosmos DB is close to its request units.' }
  { name: 'announcements-undelivered', target: 'topic', metricNamespace: 'Microsoft.EventGrid/systemTopics', metric: 'DeadLetteredCount', operator: 'GreaterThan', threshold: 0, aggregation: 'Total', severity: 1, summary: 'Uploads were not announced: the reconciler finds them, but look why.' }
  { name: 'storage-unavailable', target: 'storage', metricNamespace: 'Microsoft.Storage/storageAccounts', metric: 'Availability', operator: 'LessThan', threshold: 99, aggregation: 'Average', severity: 1, summary: 'Storage does not answer.' }
]
var targets = { app: appId, events: eventsId, cosmos: cosmosId, topic: topicId, storage: dataStorageId }

module metricAlerts 'metric-alert.bicep' = [
  for alert in ofPlatform: {
    name: 'alert-${alert.name}'
    params: {
      name: '${alert.name}-${token}'
      tags: tags
      summary: alert.summary
      severity: alert.severity
      targetId: targets[alert.target]
      metricNamespace: alert.metricNamespace
      metricName: alert.metric
      operator: alert.operator
      threshold: alert.threshold
      aggregation: alert.aggregation
      actionGroupId: who.outputs.id
    }
  }
]
