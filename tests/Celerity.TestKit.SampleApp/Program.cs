using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Celerity.TestKit.SampleApp;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

var builder = FunctionsApplication.CreateBuilder(args);

builder.ConfigureFunctionsWebApplication();

var storage = builder.Configuration["AzureWebJobsStorage"];
builder.Services
    .AddSingleton(TimeProvider.System)
    .AddSingleton(new TableServiceClient(storage))
    .AddSingleton(_ => new BlobServiceClient(storage))
    .AddSingleton<IMailer, SmtpMailer>();

builder.Build().Run();
