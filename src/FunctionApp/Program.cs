using Celerity;
using FunctionApp.Routes;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.AddCelerity().AddRouteReport(
    isEnabled: builder.Configuration.GetValue("RouteReport:Daily", defaultValue: false),
    blob: builder.Configuration["RouteReport:Blob"] ?? "flights.csv");
if (builder.Configuration["APPLICATIONINSIGHTS_CONNECTION_STRING"] is { Length: > 0 })
{
    builder.Services.AddApplicationInsightsTelemetryWorkerService();
}

await builder.Build().RunAsync();
