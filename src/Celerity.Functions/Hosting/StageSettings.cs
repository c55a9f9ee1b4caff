using Celerity.Stages;
using Microsoft.Extensions.Configuration;

namespace Celerity.Functions.Hosting;

/// <summary>Reads <c>Celerity:Stages:*</c> and refuses what is out of range.</summary>
internal static class StageSettings
{
    private const string Section = "Celerity:Stages";

    private static readonly TimeSpan OneSecond = TimeSpan.FromSeconds(1);

    /// <exception cref="CelerityException">CEL0308: a value is out of its range.</exception>
    public static void Bind(IConfiguration configuration, StageOptions options)
    {
        try
        {
            configuration.GetSection(Section).Bind(options);
        }
        catch (InvalidOperationException exception)
        {
            throw new CelerityException(ErrorCodes.SettingOutOfRange, exception.Message, exception);
        }

        Require(options.ChunksPerSlice is >= 1 and <= StageLayout.MaxChunksPerSlice, nameof(options.ChunksPerSlice), options.ChunksPerSlice, "1 to 32");
        Require(options.ChunksPerPage is >= 32 and <= 1000, nameof(options.ChunksPerPage), options.ChunksPerPage, "32 to 1,000");
        Require(options.MaxInFlightChunks >= 1, nameof(options.MaxInFlightChunks), options.MaxInFlightChunks, "1 or more");
        Require(options.MaxInFlightChunksOfAllRuns >= 1, nameof(options.MaxInFlightChunksOfAllRuns), options.MaxInFlightChunksOfAllRuns, "1 or more");
        Require(options.FirstChunks >= 0, nameof(options.FirstChunks), options.FirstChunks, "0 or more");
        Require(options.MaxChunks is >= 1 and <= 1_000_000, nameof(options.MaxChunks), options.MaxChunks, "1 to 1,000,000");
        Require(
            options.MaxStagedBytes is >= 1L << 20 and <= 1L << 37, nameof(options.MaxStagedBytes), options.MaxStagedBytes, "1 MiB to 128 GiB (1,048,576 to 137,438,953,472)");
        Require(options.WatchInterval >= OneSecond, nameof(options.WatchInterval), options.WatchInterval, "1 second or more");
        Require(options.RepublishAfter >= OneSecond, nameof(options.RepublishAfter), options.RepublishAfter, "1 second or more");
    }

    private static void Require(bool holds, string name, object found, string range)
    {
        if (!holds)
        {
            throw new CelerityException(ErrorCodes.SettingOutOfRange, $"{Section}:{name} is {found}; it must be {range}.");
        }
    }
}
