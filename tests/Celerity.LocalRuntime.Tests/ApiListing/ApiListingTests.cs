using Microsoft.Azure.Functions.Worker;
using Xunit;

namespace Celerity.LocalRuntime.Tests.ApiListing;

/// <summary>
/// Code that compiles against the local runtime must compile against the official packages: what the runtime declares in their
/// namespaces is in the listing of their API, to the letter.
/// </summary>
public sealed class ApiListingTests
{
    private static readonly OfficialApi Official = OfficialApi.Read();

    private static readonly Type[] Visible = [.. typeof(FunctionAttribute).Assembly.GetTypes().Where(DeclaredApi.IsVisible)];

    private static IEnumerable<Type> InOfficialNamespaces => Visible.Where(type => type.Namespace!.StartsWith("Microsoft.", StringComparison.Ordinal));

    [Fact]
    public void Declared_TypesAndMembers_AreListed()
    {
        var strays = InOfficialNamespaces.SelectMany(Strays).ToList();

        Assert.True(strays.Count == 0, $"{strays.Count} declared, not listed:\n{string.Join('\n', strays)}");
    }

    [Fact]
    public void Listed_TypesAndMembers_AreDeclaredOrLeftOutForAReason()
    {
        var declared = Visible.SelectMany(DeclaredApi.Of).Select(line => line.Signature).ToHashSet();
        var leftOut = LeftOutApi.Read().Entries;

        var missing = Official.Lines.Select(line => line.Signature)
            .Where(signature => !declared.Contains(signature) && !leftOut.Any(entry => LeftOutApi.IsFor(entry, signature)))
            .Order(StringComparer.Ordinal)
            .ToList();

        Assert.True(missing.Count == 0, $"{missing.Count} listed, neither declared nor in {LeftOutApi.FileName}:\n{string.Join('\n', missing)}");
    }

    [Fact]
    public void LeftOut_Entries_AreListedAndNotDeclaredMeanwhile()
    {
        var declared = Visible.SelectMany(DeclaredApi.Of).Select(line => line.Signature).ToHashSet();

        // An entry must stand for something, and for nothing that is there by now.
        var wrong = LeftOutApi.Read().Entries.Where(entry =>
            Official.Lines.Where(line => LeftOutApi.IsFor(entry, line.Signature)).Select(line => line.Signature).ToList() is var listed
            && (listed.Count == 0 || listed.Any(declared.Contains))).ToList();

        Assert.True(wrong.Count == 0, $"{wrong.Count} in {LeftOutApi.FileName}, declared meanwhile or not listed:\n{string.Join('\n', wrong)}");
    }

    [Theory]
    [InlineData("A.B", "public class A.B : A.Base", true)]
    [InlineData("A.B", "public A.B..ctor(A.C c)", true)]
    [InlineData("A.B", "public static A.C? A.B.Make<T>(A.D d) where T : A.D", true)]
    [InlineData("A.B", "A.B.First = 1", true)]
    [InlineData("A.B", "public A.B A.C.Make()", false)]
    [InlineData("A.B", "public class A.Bc", false)]
    [InlineData("A.B<T>", "public Task<X<Y, Z>> A.B<T>.Make(A.C c)", true)]
    public void IsFor_TypeEntry_StandsForItsLineAndMembers(string entry, string signature, bool expected) =>
        Assert.Equal(expected, LeftOutApi.IsFor(entry, signature));

    [Fact]
    public void Declared_Types_AreManyOfTheListed() => Assert.InRange(InOfficialNamespaces.Count(), 50, 500);

    [Fact]
    public void Declared_InterfacesAndAbstractTypes_AskForAllThatTheListedOnesAskFor()
    {
        var missing = InOfficialNamespaces.Where(type => type.IsInterface || (type.IsAbstract && !type.IsSealed)).SelectMany(Missing).ToList();

        Assert.True(missing.Count == 0, $"{missing.Count} listed, to be implemented by user code there, but not declared:\n{string.Join('\n', missing)}");
    }

    [Fact]
    public void Declared_Enums_HaveAllListedMembers()
    {
        var missing = InOfficialNamespaces.Where(type => type.IsEnum).SelectMany(type =>
            Official.Lines.Select(line => line.Signature)
                .Where(line => line.StartsWith($"{TypeText.Of(type)}.", StringComparison.Ordinal))
                .Except(DeclaredApi.Of(type).Select(line => line.Signature)));

        Assert.Empty(missing);
    }

    [Fact]
    public void Visible_OtherTypes_AreOursOrThoseOfTheFrameworkThatUserCodeSees() => Assert.All(Visible.Except(InOfficialNamespaces), type => Assert.True(
        type.Namespace!.StartsWith("Celerity.LocalRuntime", StringComparison.Ordinal)
            || type.Namespace is "DurableTask.Core" or "DurableTask.Core.History" or "DurableTask.Core.Exceptions",
        type.FullName));

    [Fact]
    public void Strays_TypeThatIsNotListed_AreItAndItsMembersWithTheNearestLine()
    {
        var strays = Strays(typeof(Microsoft.Azure.Functions.Worker.TestOnlyTriggerAttribute)).ToList();

        Assert.Equal(3, strays.Count);
        Assert.Contains("declared: public string? Microsoft.Azure.Functions.Worker.TestOnlyTriggerAttribute.Connection { get; set; }", strays[2], StringComparison.Ordinal);
        Assert.Contains("nearest: public string? Microsoft.Azure.Functions.Worker.", strays[2], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("public string? Microsoft.Azure.Functions.Worker.QueueTriggerAttribute.Connection { get; set; }", true)]
    [InlineData("public string Microsoft.Azure.Functions.Worker.QueueTriggerAttribute.Connection { get; set; }", false)]
    [InlineData("public string? Microsoft.Azure.Functions.Worker.QueueTriggerAttribute.Connection { get; init; }", false)]
    [InlineData("public string? Microsoft.Azure.Functions.Worker.QueueTriggerAttribute.Connection { get; }", false)]
    public void Find_Signature_IsExact(string signature, bool listed) => Assert.Equal(listed, Official.Find(signature) is not null);

    internal static IEnumerable<string> Strays(Type type)
    {
        foreach (var declared in DeclaredApi.Of(type))
        {
            if (Official.Find(declared.Signature) is not { } listed)
            {
                yield return $"  declared: {declared.Signature}\n   nearest: {Official.Nearest(declared.Signature)}";
            }
            else if (!declared.Attributes.SetEquals(AttributeText.KeepCompared(listed.Attributes)))
            {
                yield return $"  declared: {string.Concat(declared.Attributes)} {declared.Signature}\n    listed: {string.Concat(listed.Attributes)}";
            }
        }
    }

    private static IEnumerable<string> Missing(Type type)
    {
        var start = type.IsInterface ? "public " : "public abstract ";
        var name = $" {TypeText.Of(type)}.";
        var listed = Official.Lines.Select(line => line.Signature)
            .Where(line => line.StartsWith(start, StringComparison.Ordinal))
            .Where(line => line.Split('(')[0].Contains(name, StringComparison.Ordinal) && !line.Split('(')[0].Split(name)[1].Contains('.'));
        return listed.Except(DeclaredApi.Of(type).Select(line => line.Signature));
    }
}
