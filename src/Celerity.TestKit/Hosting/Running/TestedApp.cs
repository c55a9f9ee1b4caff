using System.Reflection;
using Celerity.LocalRuntime.Discovery;
using Celerity.LocalRuntime.Hosting;
using Celerity.LocalRuntime.Settings;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;

namespace Celerity.TestKit.Hosting.Running;

/// <summary>The app under test: how it is run, and what surrounds it.</summary>
internal sealed class TestedApp
{
    private const string DefaultStorage = "UseDevelopmentStorage=true";

    private readonly FunctionTestHostOptions _options;

    private TestedApp(FunctionTestHostOptions options, Assembly assembly, Action main)
    {
        _options = options;
        Main = main;
        Functions = options.FunctionTypes.Count > 0 ? new FunctionSource([.. options.FunctionTypes]) : FunctionSource.FromApp(assembly);
        Folder = Path.GetFullPath(options.AppFolder ?? Path.GetDirectoryName(assembly.Location)!);
    }

    /// <summary>Gets the app's own way to build and run its host. It returns when the host has stopped.</summary>
    public Action Main { get; }

    public FunctionSource Functions { get; }

    public string Folder { get; }

    /// <summary>An app with an entry point.</summary>
    public static TestedApp WithEntryPoint(FunctionTestHostOptions options, Assembly assembly)
    {
        var entry = assembly.EntryPoint
            ?? throw new InvalidOperationException($"{assembly.GetName().Name} has no entry point: name a type of the function app, or start it from a set-up.");
        object?[] arguments = entry.GetParameters().Length == 0 ? [] : [options.Arguments.ToArray()];
        return new TestedApp(options, assembly, () => entry.Invoke(null, BindingFlags.DoNotWrapExceptions, binder: null, arguments, culture: null));
    }

    /// <summary>An app whose <c>Main</c> is given.</summary>
    public static TestedApp WithMain(FunctionTestHostOptions options, Action main) => new(options, main.Method.Module.Assembly, main);

    /// <summary>An app that the test sets up.</summary>
    public static TestedApp FromSetUp(FunctionTestHostOptions options, Action<FunctionsApplicationBuilder> setUp) =>
        new(options, setUp.Method.Module.Assembly, () =>
        {
            var builder = FunctionsApplication.CreateBuilder([.. options.Arguments]);
            setUp(builder);
            builder.Build().Run();
        });

    /// <summary>Returns what the app finds around it, read anew for each process.</summary>
    public AppStart Surroundings(AppProcess process)
    {
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        if (AppFile.Find(Folder, LocalSettings.FileName) is { } file)
        {
            foreach (var (name, value) in LocalSettings.Read(file).Where(setting => setting.Value.Length > 0))
            {
                settings[name] = value;
            }
        }

        foreach (var (name, value) in _options.Settings)
        {
            settings[name] = value;
        }

        if (_options.ConnectionString is not null)
        {
            settings[StorageConnections.Default] = _options.ConnectionString;
        }
        else if (!settings.Keys.Any(name => name.StartsWith(StorageConnections.Default, StringComparison.OrdinalIgnoreCase)))
        {
            settings[StorageConnections.Default] = DefaultStorage;
        }

        foreach (var name in _options.ServedConnections)
        {
            settings[name] = process.World.Server!.ConnectionString(process);
        }

        return new AppStart { Folder = Folder, EnvironmentName = _options.EnvironmentName, Settings = settings };
    }
}
