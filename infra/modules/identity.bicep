metadata description = 'The identity that the app runs as.'

@description('Name of the identity.')
param name string

@description('Azure region.')
param location string

@description('Tags of the identity.')
param tags object

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: name
  location: location
  tags: tags
}

@description('Resource id of the identity.')
output id string = identity.id

@description('Object id that role assignments name.')
output principalId string = identity.properties.principalId

@description('Client id that the app signs in with.')
output clientId string = identity.properties.clientId
