namespace Celerity.Functions.Tests;
