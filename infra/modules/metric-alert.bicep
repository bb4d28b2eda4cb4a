metadata description = 'Tells people when a metric of the platform is beyond a bound.'

@description('Required. Name of the alert.')
param name string
@description('Required. Tags.')
param tags object
@description('Required. What it means, for the person who is woken.')
param summary string
@description('Required. 0 critical to 4 verbose.')
@minValue(0)
@maxValue(4)
param severity int
@description('Required. Resource that has the metric.')
param targetId string
@description('Required. Namespace of the metric.')
param metricNamespace string
@description('Required. Name of the metric.')
param metricName string
@description('Required. GreaterThan or LessThan.')
@allowed(['GreaterThan', 'LessThan'])
param operator string
@description('Required. The bound, a number as text: Bicep has no numbers with fractions.')
param threshold string
@description('Required. How the values of the window count.')
@allowed(['Average', 'Maximum', 'Total', 'Count'])
param aggregation string
@description('Required. How far it looks back.')
param window string
@description('Optional. Which values of a dimension count; all when absent.')
param dimension {
  @description('Name of the dimension.')
  name: string
  @description('Values that count.')
  values: string[]
}?
@description('Required. Who is told.')
param actionGroupId string
@description('Required. What to do: a row of docs/operations.md.')
param runbook string

resource alert 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: name
  location: 'global'
  tags: tags
  properties: {
    description: summary
    severity: severity
    enabled: true
    scopes: [targetId]
    evaluationFrequency: 'PT5M'
    windowSize: window
    autoMitigate: true
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: metricName
          metricNamespace: metricNamespace
          metricName: metricName
          operator: operator
          threshold: json(threshold)
          timeAggregation: aggregation
          dimensions: dimension == null ? [] : [{ name: dimension!.name, operator: 'Include', values: dimension!.values }]
          // A new resource has no metrics yet, and one pass makes everything.
          skipMetricValidation: true
        }
      ]
    }
    actions: [{ actionGroupId: actionGroupId, webHookProperties: { runbook: runbook } }]
  }
}
