using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;

namespace Celerity.LocalRuntime.Http;

/// <summary>The app's environment as ASP.NET Core asks for it; some action results read files below <c>wwwroot</c>.</summary>
internal sealed class AppWebEnvironment(IHostEnvironment app) : IWebHostEnvironment
{
    public string ApplicationName { get; set; } = app.ApplicationName;

    public string EnvironmentName { get; set; } = app.EnvironmentName;

    public string ContentRootPath { get; set; } = app.ContentRootPath;

    public IFileProvider ContentRootFileProvider { get; set; } = app.ContentRootFileProvider;

    public string WebRootPath { get; set; } = Path.Combine(app.ContentRootPath, "wwwroot");

    public IFileProvider WebRootFileProvider { get; set; } =
        Directory.Exists(Path.Combine(app.ContentRootPath, "wwwroot"))
            ? new PhysicalFileProvider(Path.Combine(app.ContentRootPath, "wwwroot"))
            : new NullFileProvider();
}
