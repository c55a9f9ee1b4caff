using System.Text.Json;
using System.Text.Json.Nodes;
using Celerity.Functions.Workflows;
using Celerity.Runs;
using Celerity.Secrets;

namespace Celerity.Functions.Pipelines;

/// <summary>Masks what is secret in what runs were started with. The request of a pipeline that this app does not have is left out: nobody knows what is secret in it.</summary>
internal sealed class ShownRequests(PipelineRegistry pipelines, SecretPayloads secrets) : IShownRequests
{
    public RunView Mask(RunView run) => run.Request is not { } request ? run : run with
    {
        Request = pipelines.All.FirstOrDefault(pipeline => string.Equals(pipeline.Name, run.Pipeline, StringComparison.OrdinalIgnoreCase)) is not { } known ? null
            : known.Name == WorkflowOrchestrator.Pipeline ? MaskWorkflow(request)
            : SecretPayloads.MaskAs(known.RequestType, request),
    };

    // A payload with secrets may take them from the document's input.
    private JsonElement MaskWorkflow(JsonElement document)
    {
        if (JsonObject.Create(document) is not { } masked || !MaskTasks(masked))
        {
            return document;
        }

        masked["input"] = SecretText.Mask;
        return JsonSerializer.SerializeToElement(masked);
    }

    private bool MaskTasks(JsonNode? node)
    {
        var found = false;
        switch (node)
        {
            case JsonArray list:
                foreach (var item in list)
                {
                    found |= MaskTasks(item);
                }

                break;
            case JsonObject step:
                if (step["task"] is JsonValue task && task.TryGetValue<string>(out var name) && secrets.HasSecrets(name))
                {
                    step["payload"] = SecretText.Mask;
                    found = true;
                }

                foreach (var (_, member) in step.ToList())
                {
                    found |= MaskTasks(member);
                }

                break;
        }

        return found;
    }
}
