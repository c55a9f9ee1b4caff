using Microsoft.AspNetCore.Routing;

namespace Celerity.LocalRuntime.Hosting;

/// <summary>Adds endpoints of the runtime itself (admin, durable management) beside the app's HTTP functions.</summary>
internal interface IEndpointSource
{
    void Map(IEndpointRouteBuilder endpoints);
}
