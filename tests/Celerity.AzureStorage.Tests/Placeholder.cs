namespace Celerity.AzureStorage.Tests;
