using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Xunit;

namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>A real Prometheus scrapes the real app, and takes the rules that ship.</summary>
public sealed class PrometheusServerTests(AppBench bench) : IClassFixture<AppBench>
{
    private static readonly TimeSpan HangLimit = TimeSpan.FromSeconds(60);
    private static readonly string Rules = Path.Combine(RepositoryRoot.Path, "infra", "prometheus", "celerity.rules.yml");

    [Fact]
    public async Task Prometheus_ScrapesTheApp_AndLoadsTheRules()
    {
        bench.SkipWithoutAzurite();
        var program = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, "prometheus")).FirstOrDefault(File.Exists);
        Assert.SkipWhen(program is null, "prometheus is missing: apt-get install prometheus.");
        await using var app = bench.StartApp(bench.NewFolder());
        using var client = await AppBench.ConnectAsync(app);
        await client.WaitUntilReadyAsync();
        var run = await client.WaitAsync(await client.StartAsync(new { source = new { container = "datasets", blob = AppBench.Dataset, chunkSize = 100 } }));
        Assert.Equal("succeeded", run.GetProperty("state").GetString());

        var (process, address) = Start(program, (await app.AddressAsync())!.Authority);
        try
        {
            using var prometheus = new HttpClient { BaseAddress = address };
            Assert.Equal("10", await ValueAsync(prometheus, """celerity_chunk_ended_total{celerity_stage_name="DelaysByAirport",celerity_outcome="succeeded"}"""));
            Assert.Equal("1000", await ValueAsync(prometheus, "sum(celerity_chunk_records_total)"));
            Assert.Equal("1", await ValueAsync(prometheus, """up{job="celerity"}"""));

            using var rules = JsonDocument.Parse(await prometheus.GetStringAsync(new Uri("/api/v1/rules", UriKind.Relative)));
            var loaded = rules.RootElement.GetProperty("data").GetProperty("groups")[0].GetProperty("rules").EnumerateArray().ToList();
            Assert.Equal(File.ReadLines(Rules).Count(line => line.Contains("- alert:", StringComparison.Ordinal)), loaded.Count);
            Assert.DoesNotContain(loaded, rule => rule.GetProperty("health").GetString() == "err");
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }

    private (Process Process, Uri Address) Start(string program, string app)
    {
        var folder = bench.NewFolder();
        var port = FreePort();
        var configuration = Path.Combine(folder, "prometheus.yml");
        File.WriteAllText(configuration, $$"""
            global: { scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s }
            rule_files: ['{{Rules}}']
            scrape_configs:
              - job_name: celerity
                metrics_path: /api/metrics
                static_configs: [{ targets: ['{{app}}'] }]
            """);
        var start = new ProcessStartInfo(program)
        {
            ArgumentList =
            {
                $"--config.file={configuration}", $"--storage.tsdb.path={Path.Combine(folder, "data")}", $"--web.listen-address=127.0.0.1:{port}", "--log.level=error",
            },
        };
        return (Process.Start(start)!, new Uri($"http://127.0.0.1:{port}"));
    }

    // It starts, and scrapes once a second.
    private static async Task<string> ValueAsync(HttpClient prometheus, string query)
    {
        using var timeout = new CancellationTokenSource(HangLimit);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (true)
        {
            try
            {
                using var answer = JsonDocument.Parse(await prometheus.GetStringAsync(
                    new Uri($"/api/v1/query?query={Uri.EscapeDataString(query)}", UriKind.Relative), timeout.Token));
                var found = answer.RootElement.GetProperty("data").GetProperty("result");
                if (found.GetArrayLength() > 0)
                {
                    return found[0].GetProperty("value")[1].GetString()!;
                }
            }
            catch (HttpRequestException exception) when (exception.StatusCode is null or HttpStatusCode.ServiceUnavailable)
            {
                // It does not listen yet, or reads its storage.
            }

            await timer.WaitForNextTickAsync(timeout.Token);
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
