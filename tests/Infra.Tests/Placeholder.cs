namespace Infra.Tests;
