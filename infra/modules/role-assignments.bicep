metadata description = 'What the app\'s identity may do, and nothing more.'

@description('Name of the app\'s identity. It names the assignments, so that a renamed identity gets assignments of its own.')
param identityName string

@description('Object id of the app\'s identity.')
param principalId string

@description('Name of the storage account that the app works on.')
param storageAccountName string

@description('Name of the Application Insights component that the app writes to.')
param applicationInsightsName string

// Ids of built-in roles: learn.microsoft.com/azure/role-based-access-control/built-in-roles
var storageRoles = [
  // The role that the Functions documentation asks for on AzureWebJobsStorage, where the host keeps its leases and keys:
  // learn.microsoft.com/azure/azure-functions/functions-reference#connecting-to-host-storage-with-an-identity
  { name: 'Storage Blob Data Owner', id: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b' }
  { name: 'Storage Queue Data Contributor', id: '974c5e8b-45b9-4653-ba55-5f855dd0fb88' }
  { name: 'Storage Table Data Contributor', id: '0a9a7e1f-b9d0-4cc4-a60d-0349b160aaa3' }
]

var metricsRole = { name: 'Monitoring Metrics Publisher', id: '3913510d-42f4-4e42-8a64-420c390055eb' }

resource account 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {
  name: storageAccountName
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: applicationInsightsName
}

resource storageAssignments 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in storageRoles: {
    scope: account
    name: guid(account.id, identityName, role.id)
    properties: {
      description: role.name
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role.id)
    }
  }
]

resource metricsAssignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: insights
  name: guid(insights.id, identityName, metricsRole.id)
  properties: {
    description: metricsRole.name
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', metricsRole.id)
  }
}
