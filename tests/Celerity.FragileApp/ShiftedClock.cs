using System.Globalization;

namespace Celerity.FragileApp;

/// <summary>A clock that runs ahead by what a file says, so that a test need not wait for minutes and days. Timers keep their own time.</summary>
internal sealed class ShiftedClock(string file) : TimeProvider
{
    /// <summary>The setting that names the file.</summary>
    public const string FileSetting = "FRAGILE_CLOCK_FILE";

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture);
}
