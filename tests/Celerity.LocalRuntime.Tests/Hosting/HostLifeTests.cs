using Celerity.LocalRuntime.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Hosting;

public sealed class HostLifeTests
{
    [Fact]
    public async Task StartAsync_AddressFile_HoldsTheAddressAsLongAsItRuns()
    {
        var file = Path.Combine(Path.GetTempPath(), $"address-{Guid.NewGuid():N}");
        await using var app = await LocalApp.StartAsync(
            [typeof(Functions)], builder => builder.Configuration.AddInMemoryCollection([new("LocalRuntime:AddressFile", file)]));

        Assert.Equal(app.Http.BaseAddress, new Uri(File.ReadAllText(file)));
        Assert.True(app.Http.BaseAddress!.IsLoopback);

        await app.StopAsync();
        Assert.False(File.Exists(file));
    }

    [Fact]
    public async Task StartAsync_PortInUse_SaysSo()
    {
        await using var first = await LocalApp.StartAsync([typeof(Functions)]);
        var port = first.Http.BaseAddress!.Port.ToString();
        await using var second = LocalApp.Build(
            [typeof(Functions)], builder => builder.Configuration.AddInMemoryCollection([new("LocalRuntime:HttpPort", port)]));

        var exception = await Assert.ThrowsAsync<LocalStartException>(second.StartAsync);

        Assert.Contains($"Port {port} is in use", exception.Message);
    }

    [Fact]
    public async Task StopAsync_InvocationEndsInTime_IsNotCancelled()
    {
        var gate = new Gate();
        await using var app = await StartAsync(gate, new FakeTimeProvider());
        var invocation = app.InvokeAsync("gated");
        await gate.Entered.Task.WaitAsync(TimeSpan.FromSeconds(30));

        var stop = app.StopAsync();
        gate.Release.SetResult();
        await stop.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.False(gate.Token.IsCancellationRequested);
        Assert.Equal("ended", await invocation);
    }

    [Fact]
    public async Task StopAsync_InvocationOutlastsTheDrain_IsCancelledAndStopReturns()
    {
        var gate = new Gate();
        var time = new FakeTimeProvider();
        await using var app = await StartAsync(gate, time);
        var invocation = app.InvokeAsync("gated");
        await gate.Entered.Task.WaitAsync(TimeSpan.FromSeconds(30));

        var stop = app.StopAsync();
        Assert.False(gate.Token.IsCancellationRequested);
        time.Advance(TimeSpan.FromSeconds(30));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => invocation.WaitAsync(TimeSpan.FromSeconds(30)));
        await stop.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.True(gate.Token.IsCancellationRequested);
    }

    [Fact]
    public async Task StopAsync_OpenHttpRequest_IsAnswered()
    {
        var gate = new Gate();
        await using var app = await StartAsync(gate, TimeProvider.System);
        var request = app.Http.GetStringAsync("api/gatedHttp");
        await gate.Entered.Task.WaitAsync(TimeSpan.FromSeconds(30));

        var stop = app.StopAsync();
        gate.Release.SetResult();

        Assert.Equal("ended", await request.WaitAsync(TimeSpan.FromSeconds(30)));
        await stop.WaitAsync(TimeSpan.FromSeconds(30));
    }

    private static Task<LocalApp> StartAsync(Gate gate, TimeProvider time) =>
        LocalApp.StartAsync([typeof(Functions)], builder =>
        {
            builder.ConfigureFunctionsWebApplication();
            builder.Services.AddSingleton(gate).AddSingleton(time);
        });

    public sealed class Functions(IServiceProvider services)
    {
        [Function("gated")]
        public Task<string> Gated([ProbeTrigger] string? input, CancellationToken cancellationToken) =>
            services.GetRequiredService<Gate>().PassAsync(cancellationToken);

        [Function("gatedHttp")]
        public async Task<IResult> GatedHttp([HttpTrigger("get")] HttpRequest request, CancellationToken cancellationToken) =>
            Results.Text(await services.GetRequiredService<Gate>().PassAsync(cancellationToken));
    }

    public sealed class Gate
    {
        public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Release { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public CancellationToken Token { get; private set; }

        public async Task<string> PassAsync(CancellationToken cancellationToken)
        {
            Token = cancellationToken;
            Entered.SetResult();
            await Release.Task.WaitAsync(cancellationToken);
            return "ended";
        }
    }
}
