metadata description = 'Gives a published app a key for readers: it opens the functions that show something, and none that acts. Deployed after each publication that brings new functions.'

@description('Name of the function app, as main.bicep gives it out.')
param functionAppName string

@description('Name of the key, such as one for each who reads.')
param keyName string = 'reader'

@description('The key: 32 or more random characters.')
@secure()
@minLength(32)
param key string

var functionNames = loadJsonContent('reader-functions.json')

resource app 'Microsoft.Web/sites@2024-04-01' existing = {
  name: functionAppName

  // What the app calls its functions: they are there once it is published.
  resource functions 'functions' existing = [
    for functionName in functionNames: {
      name: functionName
    }
  ]
}

// One after the other: the host keeps the keys of a function in one blob, and restarts nothing.
@batchSize(1)
resource keys 'Microsoft.Web/sites/functions/keys@2024-04-01' = [
  for (functionName, at) in functionNames: {
    parent: app::functions[at]
    name: keyName
    // The type definition has the value at the top; the service takes it here, as the Azure CLI sends it.
    #disable-next-line BCP187
    properties: {
      name: keyName
      value: key
    }
  }
]
