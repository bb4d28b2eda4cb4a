metadata description = 'What people are told of the app: its promises, asked of the logs. Metric names are those of src/core/resources.ts.'

@description('Required. Part of the names.')
param token string
@description('Required. Region.')
param location string
@description('Required. Tags.')
param tags object
@description('Required. Who is told.')
param actionGroupId string
@description('Required. Workspace with the logs.')
param workspaceId string
@description('Required. Days that the event hub keeps events.')
param eventRetentionDays int

var secondsADay = 86400
// A tenth of what the hub keeps: then there is time to act before anything is lost.
var lagSeconds = eventRetentionDays * secondsADay / 10

// `isLasting`: two of three times of five minutes. The others are told as soon as they are seen: once is too often.
var ofApp = [
  {
    name: 'calls-are-slow'
    summary: 'The slowest twentieth of the calls takes more than half a second.'
    severity: 2
    isLasting: true
    // Calls alone have an address; what a request is called differs between versions of the host.
    query: 'AppRequests | where isnotempty(Url) or Name startswith "score-http" | summarize value=percentile(DurationMs, 95), n=count() by bin(TimeGenerated, 5m) | where n > 50'
    threshold: 500
  }
  {
    name: 'invocations-fail'
    summary: 'More than two of a hundred invocations fail.'
    severity: 1
    isLasting: true
    query: 'AppRequests | summarize value=100.0 * countif(Success == false) / count(), n=count() by bin(TimeGenerated, 5m) | where n > 20'
    threshold: 2
  }
  {
    name: 'events-are-late'
    summary: 'The oldest event in work is older than a tenth of the time that the hub keeps events.'
    severity: 2
    isLasting: true
    query: 'AppMetrics | where Name == "sluice.event.age" | summarize value=max(Max) by bin(TimeGenerated, 5m)'
    threshold: lagSeconds
  }
  {
    name: 'records-are-dead-letters'
    summary: 'Records could not be scored: see why, mend and replay them.'
    severity: 1
    isLasting: false
    query: 'AppMetrics | where Name == "sluice.rejects" | summarize value=sum(Sum) by bin(TimeGenerated, 5m)'
    threshold: 0
  }
  {
    name: 'records-wait'
    summary: 'Good records have been parked for more than 15 minutes: what they wait for is out of reach.'
    severity: 1
    isLasting: false
    query: 'AppMetrics | where Name == "sluice.parked.age" | summarize value=max(Max) by bin(TimeGenerated, 5m)'
    threshold: 900
  }
  {
    name: 'input-is-invalid'
    summary: 'More than one of twenty records is refused: a sender has changed, or a model expects something else.'
    severity: 3
    isLasting: true
    query: 'AppMetrics | where Name in ("sluice.rows", "sluice.rejects") | summarize rejects=sumif(Sum, Name == "sluice.rejects"), n=sumif(Sum, Name == "sluice.rows") by bin(TimeGenerated, 5m) | where n > 20 | extend value=100.0 * rejects / n'
    threshold: 5
  }
  {
    name: 'nothing-is-scored'
    summary: 'Events come in, and no record of them is scored.'
    severity: 1
    isLasting: false
    // The app tells its figures some minutes later than the platform: events that have just come do not count yet.
    query: 'union (AzureMetrics | where ResourceProvider == "MICROSOFT.EVENTHUB" and MetricName == "IncomingMessages" | project TimeGenerated, incoming=Total, rows=0.0), (AppMetrics | where Name == "sluice.rows" | project TimeGenerated, incoming=0.0, rows=Sum) | summarize incoming=sumif(incoming, TimeGenerated < ago(5m)), rows=sum(rows), TimeGenerated=max(TimeGenerated) | extend value=iff(incoming > 0 and rows == 0, 1, 0)'
    threshold: 0
  }
  {
    name: 'model-is-refused'
    summary: 'A version of a model does not load, or is not what its seal says: the version before goes on serving, where there is one.'
    severity: 1
    isLasting: false
    // Where storage does not answer, other alerts say so.
    query: 'AppMetrics | where Name == "sluice.model.refusals" and tostring(Properties.code) != "storage.unavailable" | summarize value=sum(Sum) by bin(TimeGenerated, 5m)'
    threshold: 0
  }
  {
    name: 'logs-are-cut'
    summary: 'The workspace has taken what it may take in a day: until tomorrow it is blind, and so are the alerts that ask it.'
    severity: 2
    isLasting: false
    query: '_LogOperation | where Category =~ "Ingestion" and Detail contains "OverQuota" | summarize value=count() by bin(TimeGenerated, 5m)'
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
      isLasting: alert.isLasting
      workspaceId: workspaceId
      actionGroupId: actionGroupId
      runbook: 'docs/operations.md#${alert.name}'
    }
  }
]
