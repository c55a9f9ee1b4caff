namespace Celerity.AzureStorage;
