using Celerity;
using Celerity.SoakApp;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.AddCelerity().AddQueue(OwnTasks.Queue).AddRoute("own.*", OwnTasks.Queue);
builder.Services.AddSingleton<ITaskObserver, EndTeller>();
await builder.Build().RunAsync();
