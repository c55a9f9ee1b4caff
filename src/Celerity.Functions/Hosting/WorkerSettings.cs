using Celerity.Tasks;
using Microsoft.Extensions.Configuration;

namespace Celerity.Functions.Hosting;

/// <summary>Reads <c>Celerity:Worker:*</c> and refuses what is out of range.</summary>
internal static class WorkerSettings
{
    private const string Section = "Celerity:Worker";
    private const int MaxParallelism = 1000;
    private const int MaxConcurrency = 10_000;

    /// <exception cref="CelerityException">CEL0308: a value is out of its range.</exception>
    public static WorkerOptions Read(IConfiguration configuration)
    {
        var options = new WorkerOptions();
        try
        {
            configuration.GetSection(Section).Bind(options);
        }
        catch (InvalidOperationException exception)
        {
            throw new CelerityException(ErrorCodes.SettingOutOfRange, exception.Message, exception);
        }

        Require(options.PackParallelism is >= 1 and <= MaxParallelism, nameof(options.PackParallelism), options.PackParallelism, MaxParallelism, "the number of cores");
        Require(options.MostAtOnce is >= 1 and <= MaxConcurrency, nameof(options.Concurrency), options.MostAtOnce, MaxConcurrency, "32 for each task of one message that runs at once");
        return options;

        static void Require(bool holds, string setting, int found, int most, string otherwise)
        {
            if (!holds)
            {
                throw new CelerityException(
                    ErrorCodes.SettingOutOfRange, $"{Section}:{setting} is {found}; it must be 1 to {most}. Leave it out for {otherwise}.");
            }
        }
    }
}
