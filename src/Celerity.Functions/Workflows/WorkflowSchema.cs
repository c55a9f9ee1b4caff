using System.Text.Json;
using System.Text.RegularExpressions;
using Json.Schema;

namespace Celerity.Functions.Workflows;

/// <summary>The schema that documents are checked against, and published.</summary>
internal static partial class WorkflowSchema
{
    private const int MaxErrors = 10;

    private static readonly EvaluationOptions Options = new() { OutputFormat = OutputFormat.List };

    /// <summary>Gets it as JSON.</summary>
    public static string Text { get; } = Read();

    private static JsonSchema Schema { get; } = JsonSchema.FromText(Text);

    /// <summary>Finds what does not fit, each with its JSON pointer.</summary>
    public static IReadOnlyList<string> Check(JsonElement document)
    {
        var results = Schema.Evaluate(document, Options);
        if (results.IsValid)
        {
            return [];
        }

        // Of one place the deepest rule says what is wrong; that a rule above it does not hold follows. Where none says more, it is the kind of a step.
        var wrong = (results.Details ?? []).Where(detail => detail.Errors is { Count: > 0 })
            .OrderByDescending(detail => detail.InstanceLocation.ToString().Count(letter => letter == '/')).ToList();
        var errors = wrong.Where(detail => !Question().IsMatch(detail.EvaluationPath.ToString()))
            .SelectMany(detail => detail.Errors!.Values.Select(error => $"{Place(detail)}: {error}")).Distinct().Take(MaxErrors).ToList();
        return errors.Count > 0
            ? errors
            : [.. wrong.Select(detail => $"{Place(detail)}: it must have one of task, chain, group, map, pipeline, approval, if and fail.").Distinct().Take(1)];
    }

    // What was only asked, such as which kind of step it is: that the answer was no is no error.
    [GeneratedRegex(@"(?<!/properties)/if(/|$)|/oneOf/\d", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Question();

    private static string Place(EvaluationResults detail) => detail.InstanceLocation.ToString() is { Length: > 0 } pointer ? pointer : "the document";

    private static string Read()
    {
        using var stream = typeof(WorkflowSchema).Assembly.GetManifestResourceStream("workflow.schema.json")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
