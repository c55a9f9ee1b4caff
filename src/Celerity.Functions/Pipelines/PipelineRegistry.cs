using System.Reflection;
using System.Text.RegularExpressions;
using Celerity.Runs;
using Celerity.Stages;
using Microsoft.Azure.Functions.Worker;

namespace Celerity.Functions.Pipelines;

/// <summary>The app's pipelines by name: every public method with <see cref="PipelineAttribute"/> in the assemblies given to <c>AddCelerity</c>.</summary>
internal sealed partial class PipelineRegistry
{
    private readonly Dictionary<string, PipelineDefinition> _pipelines = new(StringComparer.OrdinalIgnoreCase);

    public PipelineRegistry(IEnumerable<Assembly> assemblies)
    {
        var methods = assemblies.SelectMany(assembly => assembly.GetExportedTypes())
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly));
        foreach (var method in methods)
        {
            if (method.GetCustomAttribute<PipelineAttribute>() is { } pipeline)
            {
                Add(method, pipeline);
            }
        }
    }

    public IEnumerable<PipelineDefinition> All => _pipelines.Values.OrderBy(pipeline => pipeline.Name, StringComparer.Ordinal);

    /// <exception cref="CelerityException">CEL0301: there is no such pipeline.</exception>
    public PipelineDefinition Get(string name) => _pipelines.GetValueOrDefault(name) ?? throw new CelerityException(
        ErrorCodes.UnknownPipeline, $"There is no pipeline of that name. The app has: {string.Join(", ", All.Select(pipeline => pipeline.Name))}.");

    private void Add(MethodInfo method, PipelineAttribute pipeline)
    {
        var place = $"{method.DeclaringType!.FullName}.{method.Name}";
        if (!Name().IsMatch(pipeline.Name))
        {
            throw new CelerityException(
                ErrorCodes.BadPipeline, $"The pipeline name '{pipeline.Name}' of {place} must be 1 to 60 lower-case letters, digits and dashes.");
        }

        var function = method.GetCustomAttribute<FunctionAttribute>() ?? throw new CelerityException(
            ErrorCodes.BadPipeline, $"{place} is marked as the pipeline '{pipeline.Name}' but is no function: add [Function(\"...\")].");
        var input = method.GetParameters().FirstOrDefault(parameter =>
            parameter.GetCustomAttribute<OrchestrationTriggerAttribute>() is null && parameter.ParameterType != typeof(FunctionContext));
        var firstStage = pipeline.FirstStage is { } stage ? StageRegistry.NameOf(stage) : null;
        var limit = pipeline.Deadline is not { } deadline ? (TimeSpan?)null : RunTimeLimit.TryRead(deadline) ?? throw new CelerityException(
            ErrorCodes.BadPipeline, $"The Deadline of the pipeline '{pipeline.Name}' of {place} is \"{deadline}\"; it must be {RunTimeLimit.Rule}.");
        if (!_pipelines.TryAdd(pipeline.Name, new PipelineDefinition(pipeline.Name, function.Name, input?.ParameterType, firstStage, limit)))
        {
            throw new CelerityException(ErrorCodes.BadPipeline, $"Two pipelines are named '{pipeline.Name}'; the second is {place}. Rename one.");
        }
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,59}$")]
    private static partial Regex Name();
}
