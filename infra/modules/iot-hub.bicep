metadata description = 'An IoT Hub whose telemetry goes to the event hub by identity: its own endpoint would take keys only.'

@description('Required. Part of the names.')
param token string
@description('Required. Region.')
param location string
@description('Required. Tags.')
param tags object
@description('Required. Kind of the units: S1, S2 or S3.')
param sku string
@description('Required. Units.')
param units int
@description('Required. Identity that may send to the event hub.')
param identityId string
@description('Required. Address of the Event Hubs namespace.')
param eventsHost string
@description('Required. Name of the event hub.')
param hubName string
@description('Required. Workspace that gets the logs.')
param workspaceId string

resource iotHub 'Microsoft.Devices/IotHubs@2023-06-30' = {
  name: 'iot-${token}'
  location: location
  tags: tags
  sku: { name: sku, capacity: units }
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identityId}': {} } }
  properties: {
    minTlsVersion: '1.2'
    routing: {
      endpoints: {
        eventHubs: [
          {
            name: 'scoring'
            authenticationType: 'identityBased'
            identity: { userAssignedIdentity: identityId }
            endpointUri: 'sb://${eventsHost}'
            entityPath: hubName
          }
        ]
      }
      routes: [{ name: 'telemetry', source: 'DeviceMessages', condition: 'true', endpointNames: ['scoring'], isEnabled: true }]
      fallbackRoute: { name: 'nothing-else', source: 'DeviceMessages', condition: 'true', endpointNames: ['events'], isEnabled: false }
      enrichments: [{ key: 'iothub-name', value: '$iothubname', endpointNames: ['scoring'] }]
    }
  }
}

resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: iotHub
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'Routes', enabled: true }, { category: 'Connections', enabled: true }]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

output id string = iotHub.id
