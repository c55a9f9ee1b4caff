using System.Text;
using Azure.Storage.Blobs;
using Celerity.LocalRuntime.Emulator;
using Xunit;

namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>An Azurite with a small dataset, and what starts the app against it.</summary>
public sealed class AppBench : IAsyncLifetime
{
    private const int Records = 1000;

    private readonly string _folder = Directory.CreateTempSubdirectory("celerity-").FullName;
    private Azurite? _azurite;
    private string? _missing;

    internal const string Dataset = "flights.csv";

    internal string ConnectionString => _azurite!.ConnectionString;

    public async ValueTask InitializeAsync()
    {
        try
        {
            _azurite = await Azurite.StartAsync(Path.Combine(_folder, "azurite"), CancellationToken.None);
        }
        catch (EmulatorMissingException exception)
        {
            _missing = exception.Message;
            return;
        }

        var container = new BlobContainerClient(ConnectionString, "datasets");
        await container.CreateIfNotExistsAsync();
        await container.UploadBlobAsync(Dataset, BinaryData.FromString(Flights(Records)));
    }

    public async ValueTask DisposeAsync()
    {
        if (_azurite is not null)
        {
            await _azurite.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    internal static string Flights(int records)
    {
        var csv = new StringBuilder("date,delay,distance,origin,destination\n");
        for (var index = 0; index < records; index++)
        {
            csv.Append(FormattableString.Invariant($"2001-{1 + (index % 12):D2}-05T10:00:00,{(index * 37 % 120) - 20},300,A{index % 7},B\n"));
        }

        return csv.ToString();
    }

    internal void SkipWithoutAzurite() => Assert.SkipWhen(_missing is not null, _missing ?? "");

    internal string NewFolder() => Directory.CreateDirectory(Path.Combine(_folder, Guid.NewGuid().ToString("N"))).FullName;

    internal AppProcess StartApp(string folder, Dictionary<string, string>? settings = null)
    {
        settings ??= [];
        if (settings.ContainsKey("CELERITY_CALL_LOG"))
        {
            settings["DOTNET_STARTUP_HOOKS"] = Path.Combine(AppContext.BaseDirectory, "Celerity.KillSwitch.dll");
        }

        return AppProcess.Start(ConnectionString, folder, settings);
    }

    internal static async Task<RunClient> ConnectAsync(AppProcess app)
    {
        var address = await app.AddressAsync();
        Assert.True(address is not null, app.Output);
        return new RunClient(address!);
    }
}
