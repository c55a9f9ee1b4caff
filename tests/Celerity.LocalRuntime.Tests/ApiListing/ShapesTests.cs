using Xunit;

namespace Celerity.LocalRuntime.Tests.ApiListing;

/// <summary>The comparison is only as good as the words: each shape is rendered as the listing writes such a thing.</summary>
public sealed class ShapesTests
{
    private const string Shapes = "Celerity.LocalRuntime.Tests.ApiListing.Shapes<TKey, TValue>";

    private static readonly string[] Expected =
    [
        $"public abstract class {Shapes} : System.IDisposable, System.IProgress<TValue>, System.Progress<TKey> where TKey : class, System.IDisposable",
        $"protected {Shapes}..ctor(string name)",
        $"public const int {Shapes}.Limit = 100",
        $"public static readonly System.Collections.Generic.IReadOnlyList<string?> {Shapes}.Names",
        $"public string {Shapes}.Name {{ get; }}",
        $"public int? {Shapes}.Size {{ get; protected set; }}",
        $"protected virtual System.Collections.Generic.Dictionary<string, object?>? {Shapes}.Bag {{ get; set; }}",
        $"public System.DateTimeOffset {Shapes}.At {{ get; init; }}",
        $"public string? {Shapes}.Owner {{ get; }}",
        $"public static string {Shapes}.op_Explicit({Shapes} shape)",
        $"public abstract System.Threading.Tasks.ValueTask<TValue?> {Shapes}.FindAsync(TKey key, System.Threading.CancellationToken cancellationToken = default)",
        $"public bool {Shapes}.TryFind([NotNullWhen(true)] out System.Collections.Generic.List<TValue?>? found, ref int count, bool exact = true, string? hint = null, params object?[] rest)",
        $"public T {Shapes}.Make<T>(string name = \"x\", System.TimeSpan? wait = null) where T : System.Exception, new()",
        $"public void {Shapes}.Report(TValue? value)",
        $"public sealed override string {Shapes}.ToString()",
        $"public void {Shapes}.Dispose()",
    ];

    [Fact]
    public void Of_Class_IsTheTypeAndWhatOthersCanReach() => Assert.Equal(
        Expected.Order(StringComparer.Ordinal),
        DeclaredApi.Of(typeof(Shapes<,>)).Select(line => line.Signature).Order(StringComparer.Ordinal));

    [Fact]
    public void Of_Attributes_AreThoseThatMatterToUserCode()
    {
        var lines = DeclaredApi.Of(typeof(Shapes<,>)).ToDictionary(line => line.Signature, line => line.Attributes);

        Assert.Empty(lines[Expected[0]]);
        Assert.Equal(["[JsonPropertyName(\"size\")]"], lines[$"public int? {Shapes}.Size {{ get; protected set; }}"]);
    }

    [Theory]
    [InlineData(typeof(Shapes<,>.Callback), $"public delegate System.Threading.Tasks.Task<TValue?> {Shapes}.Callback(TKey key, in int count)")]
    [InlineData(typeof(Shapes<,>.Kind), $"public enum {Shapes}.Kind : int")]
    [InlineData(typeof(Shapes<,>.Pair), $"public sealed record {Shapes}.Pair : System.IEquatable<{Shapes}.Pair>")]
    [InlineData(typeof(Shapes<,>.Point), $"public readonly record struct {Shapes}.Point : System.IEquatable<{Shapes}.Point>")]
    public void Of_NestedType_StartsWithItsLine(Type type, string line) => Assert.Equal(line, DeclaredApi.Of(type).First().Signature);

    [Fact]
    public void Of_AttributeType_SaysWhereItMayStand() => Assert.Equal(
        ["[AttributeUsage(System.AttributeTargets.Class, Struct, AllowMultiple = false)]"],
        DeclaredApi.Of(typeof(Shapes<,>.MarkAttribute)).First().Attributes);

    [Fact]
    public void Of_Enum_HasItsMembersWithTheirValues()
    {
        var lines = DeclaredApi.Of(typeof(Shapes<,>.Kind)).ToDictionary(line => line.Signature, line => line.Attributes);

        Assert.Empty(lines[$"{Shapes}.Kind.First = 0"]);
        Assert.Equal(["[Obsolete(\"gone\")]"], lines[$"{Shapes}.Kind.Second = 5"]);
    }

    [Fact]
    public void Parse_ListedLine_KeepsAttributesApart()
    {
        var line = ApiLine.Parse("""    [Obsolete("a ] b")][X(["c"])] public class A : C, B<D, E>""".Trim());

        Assert.Equal("public class A : B<D, E>, C", line.Signature);
        Assert.Equal(["""[Obsolete("a ] b")]""", """[X(["c"])]"""], line.Attributes);
    }
}
