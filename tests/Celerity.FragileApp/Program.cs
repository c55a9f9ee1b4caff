using Celerity;
using Celerity.AzureStorage;
using Celerity.FragileApp;
using Celerity.Storage;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
if (Environment.GetEnvironmentVariable(ShiftedClock.FileSetting) is { } clock)
{
    builder.Services.AddSingleton<TimeProvider>(new ShiftedClock(clock));
}

builder.Services.AddSingleton<FragileWorker>();
builder.Services.AddSingleton<AzureQueueStore>();
builder.Services.AddSingleton<IQueueStore, ShortLeases>();
builder.AddCelerity();
await builder.Build().RunAsync();
