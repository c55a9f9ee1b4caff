using System.Text.Json;

namespace Celerity.Functions.Workflows;

/// <summary>A comparison. There is no more of a language than this.</summary>
internal static class WorkflowCondition
{
    /// <summary>Tells whether it holds. Values that are equal are equal JSON; numbers are compared as numbers, texts by their characters.</summary>
    /// <exception cref="CelerityException">CEL0356: two are to be ordered that have no order.</exception>
    public static bool Holds(JsonElement condition, WorkflowScope scope)
    {
        var left = WorkflowReferences.Resolve(condition.GetProperty("left"), scope);
        var right = WorkflowReferences.Resolve(condition.GetProperty("right"), scope);
        var op = condition.GetProperty("op").GetString();
        return op switch
        {
            "==" => AreEqual(left, right),
            "!=" => !AreEqual(left, right),
            "<" => Order(left, right, op) < 0,
            "<=" => Order(left, right, op) <= 0,
            ">" => Order(left, right, op) > 0,
            ">=" => Order(left, right, op) >= 0,
            _ => throw new ArgumentOutOfRangeException(nameof(condition), op, "It is no comparison."),
        };
    }

    private static bool AreEqual(JsonElement left, JsonElement right) =>
        left.ValueKind == JsonValueKind.Number && right.ValueKind == JsonValueKind.Number ? Order(left, right, "==") == 0 : JsonElement.DeepEquals(left, right);

    private static int Order(JsonElement left, JsonElement right, string op) => (left.ValueKind, right.ValueKind) switch
    {
        (JsonValueKind.Number, JsonValueKind.Number) when left.TryGetDecimal(out var a) && right.TryGetDecimal(out var b) => a.CompareTo(b),
        (JsonValueKind.Number, JsonValueKind.Number) => left.GetDouble().CompareTo(right.GetDouble()),
        (JsonValueKind.String, JsonValueKind.String) => string.CompareOrdinal(left.GetString(), right.GetString()),
        _ => throw new CelerityException(
            ErrorCodes.BadReference, $"A {left.ValueKind} and a {right.ValueKind} cannot be compared by '{op}'; two numbers or two texts can."),
    };
}
