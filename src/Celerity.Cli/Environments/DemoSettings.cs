using Celerity.LocalRuntime.Emulator;

namespace Celerity.Cli.Environments;

/// <summary>What a <see cref="DemoEnvironment"/> starts, and where it keeps its files.</summary>
internal sealed record DemoSettings
{
#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    /// <summary>Gets the folder for the emulator's content, the workers' shared state and the logs.</summary>
    public required string Folder { get; init; }

    /// <summary>Gets how many processes of the app are started.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>Gets the program and arguments of one worker; the function app of this clone unless told otherwise.</summary>
    public IReadOnlyList<string> WorkerCommand { get; init; } = ["dotnet", FunctionApp];

    /// <summary>Gets settings of the workers beyond those that the environment sets.</summary>
    public IReadOnlyDictionary<string, string> WorkerSettings { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets how long a worker may take until it is ready.</summary>
    public TimeSpan ReadyLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Gets the function app, built in this program's own configuration.</summary>
    public static string FunctionApp => Path.Combine(
        RepositoryRoot.Find(), "src", "FunctionApp", "bin", "Local", Configuration, "net10.0", "FunctionApp.dll");
}
