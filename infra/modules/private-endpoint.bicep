metadata description = 'One service at one address inside of the network, and its name there.'

@description('Required. Name of the endpoint.')
param name string
@description('Required. Region.')
param location string
@description('Required. Tags.')
param tags object
@description('Required. Resource that answers.')
param targetId string
@description('Required. Which of its services: blob, queue, namespace, Sql.')
param groupId string
@description('Required. Zone of its names.')
param zone string
@description('Required. Whether this module makes the zone; an earlier one made it otherwise.')
param makesZone bool
@description('Required. Network that asks for the names.')
param networkId string
@description('Required. Subnet of the endpoint.')
param subnetId string

resource dns 'Microsoft.Network/privateDnsZones@2024-06-01' = if (makesZone) {
  name: zone
  location: 'global'
  tags: tags
}

resource link 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = if (makesZone) {
  parent: dns
  name: 'network'
  location: 'global'
  properties: { registrationEnabled: false, virtualNetwork: { id: networkId } }
}

resource endpoint 'Microsoft.Network/privateEndpoints@2024-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    subnet: { id: subnetId }
    privateLinkServiceConnections: [
      { name: groupId, properties: { privateLinkServiceId: targetId, groupIds: [groupId] } }
    ]
  }
}

resource names 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-05-01' = {
  parent: endpoint
  name: 'default'
  dependsOn: [dns]
  properties: {
    privateDnsZoneConfigs: [
      { name: groupId, properties: { privateDnsZoneId: resourceId(subscription().subscriptionId, resourceGroup().name, 'Microsoft.Network/privateDnsZones', zone) } }
    ]
  }
}
