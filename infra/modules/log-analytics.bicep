metadata description = 'The Log Analytics workspace behind Application Insights.'

@description('Name of the workspace.')
param name string

@description('Azure region.')
param location string

@description('Tags of the workspace.')
param tags object

@description('Days for which telemetry is kept.')
param retentionDays int

resource workspace 'Microsoft.OperationalInsights/workspaces@2023-09-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    retentionInDays: retentionDays
    sku: {
      name: 'PerGB2018'
    }
    features: {
      disableLocalAuth: true
    }
  }
}

@description('Resource id of the workspace.')
output id string = workspace.id
