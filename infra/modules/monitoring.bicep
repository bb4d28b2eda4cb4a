metadata description = 'Where logs and metrics go: a workspace and Application Insights on it, both without keys.'

@description('Required. Part of the names.')
param token string
@description('Required. Region.')
param location string
@description('Required. Tags.')
param tags object
@description('Required. Days that logs are kept.')
param logDays int
@description('Required. Gigabytes a day at most; -1 is no limit.')
param logGigabytesADay int
@description('Required. Principal of the app, which publishes metrics.')
param appPrincipalId string
@description('Required. Groups that may read all logs.')
param readers string[]

var metricsPublisher = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '3913510d-42f4-4e42-8a64-420c390055eb')
var logReader = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '73c42c96-874c-492b-b04d-ab87d138a893')

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-07-01' = {
  name: 'log-${token}'
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: logDays
    workspaceCapping: { dailyQuotaGb: logGigabytesADay }
    features: { disableLocalAuth: true }
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: 'appi-${token}'
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    DisableLocalAuth: true
  }
}

resource publishes 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(insights.id, appPrincipalId, metricsPublisher)
  scope: insights
  properties: { roleDefinitionId: metricsPublisher, principalId: appPrincipalId, principalType: 'ServicePrincipal' }
}

resource reads 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for principal in readers: {
    name: guid(workspace.id, principal, logReader)
    scope: workspace
    properties: { roleDefinitionId: logReader, principalId: principal, principalType: 'Group' }
  }
]

output workspaceId string = workspace.id
output insightsId string = insights.id
output insightsName string = insights.name
