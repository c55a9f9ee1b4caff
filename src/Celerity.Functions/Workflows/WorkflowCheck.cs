using System.Globalization;
using System.Text.Json;
using Celerity.Functions.Pipelines;
using Celerity.Tasks;

namespace Celerity.Functions.Workflows;

/// <summary>Checks a document before anything of it runs: by the schema, then what a schema cannot say.</summary>
internal sealed class WorkflowCheck(TaskRegistry tasks, PipelineRegistry pipelines)
{
    private const int MaxSteps = 100;
    private const int MaxDepth = 8;
    private const int MaxErrors = 10;

    /// <exception cref="CelerityException">CEL0355: it is no workflow.</exception>
    public void Check(JsonElement document)
    {
        var errors = WorkflowSchema.Check(document);
        if (errors.Count == 0)
        {
            var reading = new Reading(tasks, pipelines);
            reading.Steps(document.GetProperty("steps"), "/steps", depth: 1);
            if (document.TryGetProperty("result", out var result))
            {
                reading.References(result, "/result", isInMap: false);
            }

            errors = reading.Errors;
        }

        if (errors.Count > 0)
        {
            throw new CelerityException(
                ErrorCodes.BadWorkflow, $"The document is no workflow. {string.Join(" ", errors.Take(MaxErrors))} GET /api/workflows/schema has the schema. Nothing was started.");
        }
    }

    private sealed class Reading(TaskRegistry tasks, PipelineRegistry pipelines)
    {
        private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
        private int _steps;

        public List<string> Errors { get; } = [];

        public void Steps(JsonElement steps, string pointer, int depth)
        {
            if (depth > MaxDepth)
            {
                Errors.Add($"{pointer}: it lies {depth} deep; the limit is {MaxDepth}.");
                return;
            }

            foreach (var (at, step) in steps.EnumerateArray().Index())
            {
                if (++_steps > MaxSteps)
                {
                    Errors.Add($"{pointer}: there are more than {MaxSteps} steps in all.");
                    return;
                }

                Step(step, string.Create(CultureInfo.InvariantCulture, $"{pointer}/{at}"), depth);
            }
        }

        public void References(JsonElement value, string pointer, bool isInMap)
        {
            foreach (var (place, path) in WorkflowReferences.Find(value, pointer))
            {
                var isRight = path.Split('.') switch
                {
                    ["input", ..] => true,
                    ["item", ..] or ["index"] => isInMap,
                    ["steps", var id, "result", ..] => _ids.Contains(id),
                    _ => false,
                };
                if (!isRight)
                {
                    Errors.Add($"{place}: ${{{path}}} leads to nothing. Write ${{input.x}}, ${{steps.id.result.x}} of a step that comes before, or within a map ${{item.x}} or ${{index}}.");
                }
            }
        }

        private void Step(JsonElement step, string pointer, int depth)
        {
            foreach (var member in step.EnumerateObject().Where(member => member.Name is not ("then" or "else" or "compensate")))
            {
                References(member.Value, $"{pointer}/{member.Name}", isInMap: member.Name == "map");
            }

            foreach (var (place, task) in TasksOf(step, pointer))
            {
                if (tasks.Find(task) is not { IsInternal: false })
                {
                    Errors.Add($"{place}: {tasks.Unknown(task).Detail}");
                }
            }

            if (step.TryGetProperty("pipeline", out var pipeline) && pipelines.All.All(known => known.Name != pipeline.GetString()))
            {
                Errors.Add($"{pointer}/pipeline: the app has no pipeline '{pipeline.GetString()}'.");
            }

            if (step.TryGetProperty("within", out var within)
                && !(TimeSpan.TryParse(within.GetString(), CultureInfo.InvariantCulture, out var time) && time > TimeSpan.Zero && time <= TimeSpan.FromDays(365)))
            {
                Errors.Add($"{pointer}/within: it must be above 0 and at most 365 days.");
            }

            foreach (var branch in new[] { "then", "else" })
            {
                if (step.TryGetProperty(branch, out var steps))
                {
                    Steps(steps, $"{pointer}/{branch}", depth + 1);
                }
            }

            if (step.TryGetProperty("id", out var id) && !_ids.Add(id.GetString()!))
            {
                Errors.Add($"{pointer}/id: another step has the id '{id.GetString()}'.");
            }

            // What undoes a step may refer to its result.
            if (step.TryGetProperty("compensate", out var compensation))
            {
                References(compensation, $"{pointer}/compensate", isInMap: false);
            }
        }

        private static IEnumerable<(string Pointer, string Task)> TasksOf(JsonElement value, string pointer)
        {
            if (value.ValueKind == JsonValueKind.Array)
            {
                return value.EnumerateArray().Index().SelectMany(item => TasksOf(item.Item, string.Create(CultureInfo.InvariantCulture, $"{pointer}/{item.Index}")));
            }

            if (value.ValueKind != JsonValueKind.Object)
            {
                return [];
            }

            var own = value.TryGetProperty("task", out var name) ? [($"{pointer}/task", name.GetString()!)] : Enumerable.Empty<(string, string)>();
            return own.Concat(value.EnumerateObject()
                .Where(member => member.Name is "chain" or "group" or "map" or "callback" or "onFailure" or "compensate")
                .SelectMany(member => TasksOf(member.Value, $"{pointer}/{member.Name}")));
        }
    }
}
