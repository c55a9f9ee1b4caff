metadata description = 'Everything a Celerity function app needs: storage, identity, telemetry, the app itself.'

@description('Short name of the deployment. It starts the name of every resource.')
@minLength(3)
@maxLength(11)
param name string

@description('Azure region of all resources.')
param location string = resourceGroup().location

@description('Tags of all resources.')
param tags object = {}

@description('Redundancy of the storage account.')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GRS', 'Standard_GZRS'])
param storageSku string = 'Standard_ZRS'

@description('Days after which payloads, results, rejects and manifests are deleted. Keep it above the longest run, hold and eta.')
@minValue(8)
@maxValue(3650)
param retentionDays int = 30

@description('Days after which what a dead letter keeps in a blob is deleted.')
@minValue(8)
@maxValue(3650)
param deadLetterRetentionDays int = 90

@description('Days for which Log Analytics keeps telemetry.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 30

@description('Most instances that each function group of the app may scale out to.')
@minValue(1)
@maxValue(1000)
param maximumInstanceCount int = 100

@description('Memory of one instance in megabytes.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

@description('E-mail addresses that Azure Monitor tells of alerts. Without any there are no such alerts, which cost by the rule; the app can tell receivers of its own (docs/alerts.md).')
param alertEmails array = []

var suffix = uniqueString(resourceGroup().id, name)

// Names are made here and not passed on from outputs: What-If can then say what each module would change.
var identityName = 'id-${name}-${suffix}'
var storageAccountName = take('st${toLower(replace(name, '-', ''))}${suffix}', 24)
var applicationInsightsName = 'appi-${name}-${suffix}'
var deploymentContainerName = 'deployments'

module identity 'modules/identity.bicep' = {
  params: {
    name: identityName
    location: location
    tags: tags
  }
}

module storage 'modules/storage.bicep' = {
  params: {
    name: storageAccountName
    location: location
    tags: tags
    sku: storageSku
    deploymentContainerName: deploymentContainerName
    retentionDays: retentionDays
    deadLetterRetentionDays: deadLetterRetentionDays
  }
}

module logs 'modules/log-analytics.bicep' = {
  params: {
    name: 'log-${name}-${suffix}'
    location: location
    tags: tags
    retentionDays: logRetentionDays
  }
}

module insights 'modules/application-insights.bicep' = {
  params: {
    name: applicationInsightsName
    location: location
    tags: tags
    workspaceId: logs.outputs.id
  }
}

module alerts 'modules/alerts.bicep' = if (!empty(alertEmails)) {
  // The rules name the component; it must be there.
  dependsOn: [insights]
  params: {
    namePrefix: 'alert-${name}-${suffix}'
    location: location
    tags: tags
    applicationInsightsName: applicationInsightsName
    emails: alertEmails
  }
}

module roles 'modules/role-assignments.bicep' = {
  dependsOn: [storage, insights]
  params: {
    identityName: identityName
    principalId: identity.outputs.principalId
    storageAccountName: storageAccountName
    applicationInsightsName: applicationInsightsName
  }
}

module plan 'modules/plan.bicep' = {
  params: {
    name: 'plan-${name}-${suffix}'
    location: location
    tags: tags
  }
}

module app 'modules/function-app.bicep' = {
  // The host reads its storage with the identity at its first start.
  dependsOn: [roles]
  params: {
    name: 'func-${name}-${suffix}'
    location: location
    tags: tags
    planId: plan.outputs.id
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    storageAccountName: storageAccountName
    deploymentContainerName: deploymentContainerName
    applicationInsightsName: applicationInsightsName
    maximumInstanceCount: maximumInstanceCount
    instanceMemoryMB: instanceMemoryMB
  }
}

@description('Name of the function app, for publishing to it.')
output functionAppName string = app.outputs.name

@description('Host name under which the HTTP API answers.')
output functionAppHostName string = app.outputs.hostName

@description('Name of the storage account.')
output storageAccountName string = storageAccountName

@description('Client id of the identity that the app runs as.')
output identityClientId string = identity.outputs.clientId
