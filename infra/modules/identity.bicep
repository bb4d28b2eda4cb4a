metadata description = 'An identity that is made before everything that trusts it.'

@description('Required. Name of the identity.')
param name string
@description('Required. Region.')
param location string
@description('Required. Tags.')
param tags object

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: name
  location: location
  tags: tags
}

output id string = identity.id
output clientId string = identity.properties.clientId
output principalId string = identity.properties.principalId
