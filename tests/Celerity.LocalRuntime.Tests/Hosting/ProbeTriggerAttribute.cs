using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Celerity.LocalRuntime.Tests.Hosting;

/// <summary>A trigger that nothing listens for: the tests invoke its functions themselves.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class ProbeTriggerAttribute : TriggerBindingAttribute
{
    public string? Setting { get; set; }
}
