using System.Globalization;
using System.Text;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Celerity.Cli.Environments;

namespace Celerity.Benchmarks;

/// <summary>Flight records that are made up as they are written, as many as are wanted, and what the pipeline must find in them.</summary>
internal static class GeneratedFlights
{
    private const string Container = "datasets";
    private const int Airports = 300;
    private const int Delays = 90;

    /// <summary>Writes a dataset past the proxy, through flat memory.</summary>
    /// <returns>The blob's name.</returns>
    public static async Task<string> UploadAsync(DemoEnvironment environment, int records, CancellationToken cancellationToken)
    {
        var name = $"generated-{records}.csv";
        var container = new BlobContainerClient(environment.Azurite.ConnectionString, Container);
        await container.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        var options = new BlockBlobOpenWriteOptions { BufferSize = 4 * 1024 * 1024 };
        var blob = await container.GetBlockBlobClient(name).OpenWriteAsync(overwrite: true, options, cancellationToken);
        await using var text = new StreamWriter(blob, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), bufferSize: 64 * 1024);
        await text.WriteAsync("date,delay,distance,origin,destination\n");
        for (var record = 0; record < records; record++)
        {
            var line = string.Create(
                CultureInfo.InvariantCulture, $"2001-{(record % 12) + 1:D2}-{(record % 28) + 1:D2},{record % Delays},{record % 2500},A{record % Airports},B{record % 7}\n");
            await text.WriteAsync(line.AsMemory(), cancellationToken);
        }

        return name;
    }

    /// <summary>The mean delay of so many records.</summary>
    public static double MeanDelay(int records)
    {
        var (whole, rest) = Math.DivRem((long)records, Delays);
        return ((whole * Delays * (Delays - 1) / 2) + (rest * (rest - 1) / 2)) / (double)records;
    }
}
