metadata description = 'One page for people who look: traffic, stream, records that did not become scores, models, cost.'

@description('Required. Region.')
param location string
@description('Required. Tags.')
param tags object
@description('Required. Workspace that is asked.')
param workspaceId string

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(resourceGroup().id, 'scoring')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'Sluice'
    category: 'workbook'
    version: '1.0'
    sourceId: workspaceId
    serializedData: loadTextContent('../scoring.workbook.json')
  }
}
