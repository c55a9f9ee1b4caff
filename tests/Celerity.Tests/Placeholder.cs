namespace Celerity.Tests;
