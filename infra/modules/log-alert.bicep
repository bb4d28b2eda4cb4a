metadata description = 'Tells people when a query over the logs finds too much.'

@description('Required. Name of the alert.')
param name string
@description('Required. Region.')
param location string
@description('Required. Tags.')
param tags object
@description('Required. What it means, for the person who is woken.')
param summary string
@description('Required. 0 critical to 4 verbose.')
@minValue(0)
@maxValue(4)
param severity int
@description('Required. KQL over the tables of the workspace; gives the column `value`.')
param query string
@description('Required. Values above this are too much.')
param threshold int
@description('Required. Whether it must be so for two of three times of five minutes; as soon as it is seen in fifteen minutes otherwise.')
param isLasting bool
@description('Required. Workspace.')
param workspaceId string
@description('Required. Who is told.')
param actionGroupId string
@description('Required. What to do: a section of docs/operations.md.')
param runbook string

resource alert 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = {
  name: name
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: name
    description: summary
    severity: severity
    enabled: true
    scopes: [workspaceId]
    evaluationFrequency: 'PT5M'
    windowSize: isLasting ? 'PT5M' : 'PT15M'
    autoMitigate: true
    skipQueryValidation: true
    criteria: {
      allOf: [
        {
          query: query
          timeAggregation: 'Maximum'
          metricMeasureColumn: 'value'
          operator: 'GreaterThan'
          threshold: threshold
          failingPeriods: {
            numberOfEvaluationPeriods: isLasting ? 3 : 1
            minFailingPeriodsToAlert: isLasting ? 2 : 1
          }
        }
      ]
    }
    actions: { actionGroups: [actionGroupId], customProperties: { runbook: runbook } }
  }
}
