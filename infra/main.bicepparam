using 'main.bicep'

param name = 'celerity'
param tags = {
  product: 'celerity'
}
param storageSku = 'Standard_ZRS'
param retentionDays = 30
param deadLetterRetentionDays = 90
param logRetentionDays = 30
param maximumInstanceCount = 100
param instanceMemoryMB = 2048
param alertEmails = []
