using Celerity.LocalRuntime.Emulator;
using Xunit;

namespace Celerity.Cli.Tests.Emulator;

internal static class Emulators
{
    public const int HangLimit = 180_000;

    /// <summary>Starts an emulator in a folder of its own, or skips the test where it is not installed.</summary>
    public static async Task<Azurite> StartOrSkipAsync(string folder)
    {
        try
        {
            return await Azurite.StartAsync(folder, TestContext.Current.CancellationToken);
        }
        catch (EmulatorMissingException missing)
        {
            Assert.Skip(missing.Message);
            throw;
        }
    }
}
