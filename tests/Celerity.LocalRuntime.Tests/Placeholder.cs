namespace Celerity.LocalRuntime.Tests;
