metadata description = 'Asks the app from outside, in three places of the world, whether every model serves, and whether its certificate is good for two more weeks.'

@description('Required. Part of the names.')
param token string
@description('Required. Region.')
param location string
@description('Required. Tags.')
param tags object
@description('Required. Address of the app.')
param url string
@description('Required. Application Insights, which keeps the answers.')
param insightsId string
@description('Required. Who is told.')
param actionGroupId string

var name = 'app-unreachable'
// Of three: one alone may be the way to the app.
var failedPlacesMax = 2

resource probe 'Microsoft.Insights/webtests@2022-06-15' = {
  name: 'probe-${token}'
  location: location
  tags: union(tags, { 'hidden-link:${insightsId}': 'Resource' })
  kind: 'standard'
  properties: {
    SyntheticMonitorId: 'probe-${token}'
    Name: 'probe-${token}'
    Description: 'GET /v2/health/ready: answers without a key, 200 when every installed model serves.'
    Kind: 'standard'
    Enabled: true
    Frequency: 300
    Timeout: 30
    RetryEnabled: true
    Locations: [{ Id: 'emea-nl-ams-azr' }, { Id: 'us-va-ash-azr' }, { Id: 'apac-sg-sin-azr' }]
    Request: { RequestUrl: '${url}/v2/health/ready', HttpVerb: 'GET', ParseDependentRequests: false, FollowRedirects: false }
    ValidationRules: { ExpectedHttpStatusCode: 200, SSLCheck: true, SSLCertRemainingLifetimeCheck: 14 }
  }
}

resource alert 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: '${name}-${token}'
  location: 'global'
  tags: tags
  properties: {
    description: 'The app does not answer from outside, or a model of it does not serve.'
    severity: 1
    enabled: true
    scopes: [probe.id, insightsId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    autoMitigate: true
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.WebtestLocationAvailabilityCriteria'
      webTestId: probe.id
      componentId: insightsId
      failedLocationCount: failedPlacesMax
    }
    actions: [{ actionGroupId: actionGroupId, webHookProperties: { runbook: 'docs/operations.md#${name}' } }]
  }
}
