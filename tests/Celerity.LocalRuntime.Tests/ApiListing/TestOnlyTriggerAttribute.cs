namespace Microsoft.Azure.Functions.Worker;

/// <summary>What a stray looks like: a type in an official namespace that no official package has.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class TestOnlyTriggerAttribute : Attribute
{
    public string? Connection { get; set; }
}
