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
@description('Required. The bound.')
param threshold int
@description('Required. How the values of the window count.')
@allowed(['Average', 'Maximum', 'Total', 'Count'])
param aggregation string
@description('Optional. How far it looks back.')
param window string = 'PT15M'
@description('Required. Who is told.')
param actionGroupId string

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
          threshold: threshold
          timeAggregation: aggregation
        }
      ]
    }
    actions: [{ actionGroupId: actionGroupId }]
  }
}
