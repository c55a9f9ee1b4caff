using System.CommandLine;

namespace Celerity.Benchmarks;

/// <summary>The benchmarks' command line. Figures are of this machine and moment: compare them within one run.</summary>
internal static class BenchmarkCommand
{
    public static Task<int> RunAsync(string[] arguments) => new RootCommand("Celerity's benchmarks.")
    {
        ChordCommand.Create(),
        ChunkedCommand.Create(),
        DurableCommand.Create(),
        FairCommand.Create(),
        LatencyCommand.Create(),
        LettersCommand.Create(),
        LimitsCommand.Create(),
        LimitsCommand.CreateWorker(),
        ListenerCommand.Create(),
        MemoryCommand.Create(),
        MetricsCommand.Create(),
        MillionCommand.Create(),
        RunCommand.Create(),
        ScaleCommand.Create(),
        SendCommand.Create(),
    }.Parse(arguments).InvokeAsync();
}
