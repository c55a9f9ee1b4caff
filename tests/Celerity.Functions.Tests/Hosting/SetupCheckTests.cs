using Celerity.LocalRuntime.Discovery;
using FunctionApp.Geocoding;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace Celerity.Functions.Tests.Hosting;

/// <summary>What can be known to be wrong only once everything is set up keeps the app from starting.</summary>
public sealed class SetupCheckTests
{
    [Theory]
    [InlineData("Celerity:Tasks:airports.geocod:MaxAttempts", "3", "CEL0201: Celerity:Tasks:airports.geocod sets a task that this app does not know. It knows airports.geocode.")]
    [InlineData("Celerity:Tasks:airports.geocode:Queue", "invoices", "CEL0231: The task 'airports.geocode' has the queue 'invoices'.")]
    [InlineData("Celerity:Circuits:geocoder:Probes", "3", "CEL0250: Celerity:Circuits:geocoder sets a circuit that no task names.")]
    public async Task Start_WrongTaskSetting_IsRefused(string setting, string value, string message)
    {
        var builder = FunctionsApplication.CreateBuilder([]);
        builder.Configuration.AddInMemoryCollection(
        [
            new("LocalRuntime:HttpPort", "0"),
            new("LocalRuntime:DurableStore", "memory"),
            new("AzureFunctionsJobHost:extensions:queues:messageEncoding", "none"),
            new("AzureWebJobsStorage", "UseDevelopmentStorage=true"),
            new(setting, value),
        ]);
        builder.ConfigureFunctionsWebApplication();
        builder.Services.AddSingleton(new FunctionSource([]));
        builder.AddCelerity(typeof(GeocodeAirport).Assembly);
        using var app = builder.Build();

        var exception = await Assert.ThrowsAsync<CelerityException>(() => app.StartAsync(TestContext.Current.CancellationToken));

        Assert.StartsWith(message, exception.Message, StringComparison.Ordinal);
    }
}
