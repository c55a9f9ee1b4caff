using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;

namespace Celerity.LocalRuntime.Orchestration.Entities;

/// <summary>The state as text: what an operation does to an object that it got from here has no effect until it is set.</summary>
internal sealed class BatchState(string? text, DataConverter converter) : TaskEntityState
{
    public string? Text { get; set; } = text;

    public override bool HasState => Text is not null;

    public override object? GetState(Type type) => converter.Deserialize(Text, type);

    public override void SetState(object? state) => Text = converter.Serialize(state);
}
