namespace Celerity.Cli.Tests;
