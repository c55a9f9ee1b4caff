using Celerity.Tasks;
using Microsoft.Extensions.Configuration;

namespace Celerity.Functions.Hosting;

/// <summary>Reads <c>Celerity:Worker:*</c> and refuses what is out of range.</summary>
internal static class WorkerSettings
{
    private const string Section = "Celerity:Worker";
    private const int MaxParallelism = 1000;

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

        return options.PackParallelism is >= 1 and <= MaxParallelism
            ? options
            : throw new CelerityException(
                ErrorCodes.SettingOutOfRange,
                $"{Section}:{nameof(options.PackParallelism)} is {options.PackParallelism}; it must be 1 to {MaxParallelism}. Leave it out for the number of cores.");
    }
}
