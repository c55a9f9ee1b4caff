metadata description = 'The storage account with its queues, tables and blob containers.'

@description('Name of the storage account, unique in Azure.')
@minLength(3)
@maxLength(24)
param name string

@description('Azure region.')
param location string

@description('Tags of the storage account.')
param tags object

@description('Redundancy of the storage account.')
param sku string

@description('Blob container that deployment packages are read from.')
param deploymentContainerName string

@description('Days after which payloads, results, rejects and manifests are deleted.')
param retentionDays int

@description('Days after which what a dead letter keeps in a blob is deleted.')
param deadLetterRetentionDays int

// The app creates what is missing; listed here so that alerts and role reviews find them before its first start.
var queueNames = [
  'celerity-high'
  'celerity-high-held'
  'celerity-high-poison'
  'celerity-default'
  'celerity-default-held'
  'celerity-default-poison'
  'celerity-low'
  'celerity-low-held'
  'celerity-low-poison'
  'celerity-chunks'
  'celerity-chunks-held'
  'celerity-chunks-poison'
  'celerity-chunks-bulk'
  'celerity-chunks-bulk-poison'
]

var tableNames = [
  'CelerityTasks'
  'CelerityRuns'
  'CelerityLedger'
  'CelerityDeadLetters'
  'CelerityControl'
  'CelerityKeys'
  'CelerityScheduled'
  'CelerityLimits'
  'CelerityWorkers'
  'CeleritySchedules'
  'CelerityFigures'
  'CelerityHistory'
  'CelerityAlerts'
]

var containerNames = [
  'datasets'
  'celerity-manifests'
  'celerity-payloads'
  'celerity-results'
  'celerity-rejects'
  'celerity-outputs'
  'celerity-deadletters'
  'celerity-celery'
  deploymentContainerName
]

resource account 'Microsoft.Storage/storageAccounts@2024-01-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: {
    name: sku
  }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
  }
}

resource queueService 'Microsoft.Storage/storageAccounts/queueServices@2024-01-01' = {
  parent: account
  name: 'default'
}

resource queues 'Microsoft.Storage/storageAccounts/queueServices/queues@2024-01-01' = [
  for queueName in queueNames: {
    parent: queueService
    name: queueName
  }
]

resource tableService 'Microsoft.Storage/storageAccounts/tableServices@2024-01-01' = {
  parent: account
  name: 'default'
}

resource tables 'Microsoft.Storage/storageAccounts/tableServices/tables@2024-01-01' = [
  for tableName in tableNames: {
    parent: tableService
    name: tableName
  }
]

resource blobService 'Microsoft.Storage/storageAccounts/blobServices@2024-01-01' = {
  parent: account
  name: 'default'
}

resource containers 'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01' = [
  for containerName in containerNames: {
    parent: blobService
    name: containerName
    properties: {
      publicAccess: 'None'
    }
  }
]

resource lifecycle 'Microsoft.Storage/storageAccounts/managementPolicies@2024-01-01' = {
  parent: account
  name: 'default'
  dependsOn: [blobService]
  properties: {
    policy: {
      rules: [
        {
          name: 'expire-work'
          type: 'Lifecycle'
          enabled: true
          definition: {
            actions: {
              baseBlob: {
                delete: {
                  daysAfterModificationGreaterThan: retentionDays
                }
              }
            }
            filters: {
              blobTypes: ['blockBlob']
              prefixMatch: [
                'celerity-manifests/'
                'celerity-payloads/'
                'celerity-results/'
                'celerity-rejects/'
                'celerity-outputs/'
                'celerity-celery/'
              ]
            }
          }
        }
        {
          name: 'expire-dead-letters'
          type: 'Lifecycle'
          enabled: true
          definition: {
            actions: {
              baseBlob: {
                delete: {
                  daysAfterModificationGreaterThan: deadLetterRetentionDays
                }
              }
            }
            filters: {
              blobTypes: ['blockBlob']
              prefixMatch: ['celerity-deadletters/']
            }
          }
        }
      ]
    }
  }
}
