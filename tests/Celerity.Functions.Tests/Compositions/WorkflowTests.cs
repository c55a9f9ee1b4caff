using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Celerity.Functions.Tests.EndToEnd;
using Xunit;
using static Celerity.Functions.Tests.Compositions.CompositionBench;

namespace Celerity.Functions.Tests.Compositions;

/// <summary>Workflows as JSON documents, posted to the app itself.</summary>
public sealed partial class WorkflowTests
{
    private static readonly object Job = new { task = "compositions.job", payload = new { name = "a", number = 1 } };

    [Fact]
    public async Task Documents_OfTheDocumentation_Run()
    {
        var page = await File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Path, "docs", "workflows.md"), TestContext.Current.CancellationToken);
        var documents = Documents().Matches(page).Select(match => match.Groups["json"].Value).Where(json => json.Contains("\"steps\"", StringComparison.Ordinal)).ToList();
        Assert.Equal(8, documents.Count);
        await using var bench = await StartAsync();

        var came = new List<string>();
        foreach (var document in documents)
        {
            var id = await bench.BeginAsync(JsonElement.Parse(document), "workflows");
            if (document.Contains("approval", StringComparison.Ordinal))
            {
                await bench.PostAsync($"runs/{id}/approvals/publish", new { approved = true, who = "ada" });
            }

            came.Add(Came(await bench.EndOfAsync(id)).ToString());
        }

        Assert.Equal(
            [
                """(succeeded, {"city":"Oslo","place":"place of Oslo"})""",
                """(succeeded, "told")""",
                """(succeeded, "map of Europe")""",
                """(succeeded, "map of Norway")""",
                """(succeeded, 7)""",
                """(succeeded, "told")""",
                """(succeeded, "published by ada")""",
                """(succeeded, "charged 90")""",
            ],
            came);
    }

    [Fact]
    public async Task Document_IsARunLikeAnyOther()
    {
        await using var bench = await StartAsync();
        bench.Book.Bad.Add("a2");
        var document = new { steps = new[] { new { map = new { over = new[] { 1, 2, 3 }, task = "compositions.job", payload = new { name = "a", number = "${item}" } } } } };
        var id = await bench.BeginAsync(document, "workflows?tag=eu&idempotencyKey=once");
        Assert.Equal(("failed", "CEL0350"), Came(await bench.EndOfAsync(id)));
        Assert.Equal(id, await bench.BeginAsync(document, "workflows?idempotencyKey=once"));
        Assert.Equal(id, Text((await bench.GetAsync("runs?pipeline=workflow&tag=eu")).GetProperty("runs")[0], "id"));
        bench.Book.Bad.Clear();
        bench.Book.Ran.Clear();

        await bench.PostAsync($"runs/{id}/retry-failed", new { }, HttpStatusCode.Accepted);

        Assert.Equal(("succeeded", "[10,20,30]"), Came(await bench.EndOfAsync(id, generation: 2)));
        Assert.Equal(["a2"], bench.Book.Ran);
    }

    [Theory]
    [InlineData("""{"over": [1, 2, 3], "task": "compositions.job", "payload": {"name": "a", "number": "${item}"}}""", "map")]
    [InlineData("""[{"task": "compositions.job", "payload": {"name": "a", "number": 1}}, {"task": "compositions.job", "payload": {"name": "a", "number": 2}}, {"task": "compositions.job", "payload": {"name": "a", "number": 3}}]""", "group")]
    public async Task Document_ThatToleratesAFailedTask_SucceedsWithErrors(string step, string kind)
    {
        await using var bench = await StartAsync();
        bench.Book.Bad.Add("a2");

        var run = await bench.RunAsync(JsonElement.Parse($$"""{"steps": [{"{{kind}}": {{step}}, "maxFailed": 1}]}"""), "workflows");

        Assert.Equal(("succeededWithErrors", "[10,null,30]"), Came(run));
    }

    [Fact]
    public async Task Document_FailsLate_UndoesWhatWasDone()
    {
        await using var bench = await StartAsync();
        var document = JsonElement.Parse("""
            {"steps": [
              {"id": "one", "task": "compositions.job", "payload": {"name": "do", "number": 4}, "compensate": {"task": "compositions.job", "payload": {"name": "undo", "number": "${steps.one.result}"}}},
              {"id": "two", "when": {"left": 1, "op": ">", "right": 2}, "task": "compositions.job", "payload": {"name": "never"}},
              {"if": {"left": "${steps.two.result}", "op": "==", "right": null}, "then": [{"fail": "for ${steps.one.result} reasons, $${so}"}]}]}
            """);

        var run = await bench.RunAsync(document, "workflows");

        Assert.Equal("for 40 reasons, ${so}", Text(run.GetProperty("failures")[0], "message"));
        Assert.Equal(["do4", "undo40"], bench.Book.Ran);
        var lost = await bench.RunAsync(new { steps = new object[] { Job, new { fail = "x" } }, result = "${input.gone}" }, "workflows");
        Assert.Equal(("failed", "CEL0315"), Came(lost));
        Assert.Equal(("failed", "CEL0356"), Came(await bench.RunAsync(new { steps = new[] { Job }, result = "${input.gone}" }, "workflows")));
    }

    [Fact]
    public async Task Tasks_OfARun_AreListedWithTheirSteps()
    {
        await using var bench = await StartAsync();
        var document = JsonElement.Parse("""
            {"steps": [
              {"task": "compositions.job", "payload": {"name": "one"}, "compensate": {"task": "compositions.job", "payload": {"name": "undo"}}},
              {"group": [{"task": "compositions.job", "payload": {"name": "a"}}, {"chain": [{"task": "compositions.job", "payload": {"name": "b"}}, {"task": "compositions.job", "payload": {"name": "c"}}]}],
               "window": 1, "callback": {"task": "compositions.job", "payload": {"name": "all"}}},
              {"if": {"left": 1, "op": "==", "right": 1}, "then": [{"map": {"over": [1, 2], "task": "compositions.job", "payload": {"name": "m"}}}]},
              {"fail": "late"}]}
            """);
        var id = await bench.BeginAsync(document, "workflows");
        await bench.EndOfAsync(id);
        await bench.RunAsync(new { steps = new[] { Job } }, "workflows");

        var tasks = (await bench.GetAsync($"tasks?run={id}")).GetProperty("tasks").EnumerateArray().ToList();

        string?[] steps = [null, "/steps/0", "/steps/0/compensate", "/steps/1/callback", "/steps/1/group/0", "/steps/1/group/1", "/steps/2/then/0", "/steps/2/then/0"];
        Assert.Equal(steps, tasks.Select(task => task.TryGetProperty("step", out var step) ? step.GetString() : null).Order(StringComparer.Ordinal));
        Assert.All(tasks, task => Assert.Equal(("succeeded", id), (Text(task, "state"), Text(task, "run"))));
        var undone = tasks.Find(task => task.TryGetProperty("step", out var step) && step.GetString() == "/steps/0/compensate");
        var shown = await bench.GetAsync($"tasks/{Text(undone, "id")}");
        Assert.Equal((id, "/steps/0/compensate"), (Text(shown, "run"), Text(shown, "step")));
    }

    [Fact]
    public async Task Document_DoesNotFit_IsRefusedWithItsPlace()
    {
        await using var bench = await StartAsync();
        var task = """{"task": "compositions.job"}""";
        foreach (var (document, place) in new[]
        {
            ("""[]""", "the document: "),
            ("""{}""", "the document: "),
            ("""{"steps": []}""", "/steps: "),
            ("""{"steps": {}}""", "/steps: "),
            ("""{"steps": [{}]}""", "/steps/0: "),
            ($$"""{"steps": [{{task}}], "more": 1}""", "/more: "),
            ("""{"steps": [{"task": "compositions.job", "payload": 3}]}""", "/steps/0/payload: "),
            ("""{"steps": [{"task": "compositions.job", "chain": [{"task": "compositions.job"}]}]}""", "/steps/0"),
            ("""{"steps": [{"task": "nobody"}]}""", "/steps/0/task: There is no task 'nobody'"),
            ("""{"steps": [{"group": [{"task": "compositions.job"}, {"chain": [{"task": "nobody"}]}]}]}""", "/steps/0/group/1/chain/0/task: "),
            ("""{"steps": [{"pipeline": "nobody"}]}""", "/steps/0/pipeline: "),
            ("""{"steps": [{"approval": "a", "within": "soon"}]}""", "/steps/0/within: "),
            ("""{"steps": [{"approval": "a", "within": "900.00:00:00"}]}""", "/steps/0/within: "),
            ("""{"steps": [{"approval": "a"}]}""", "/steps/0: "),
            ("""{"steps": [{"id": "1x", "task": "compositions.job"}]}""", "/steps/0/id: "),
            ("""{"steps": [{"id": "x", "task": "compositions.job"}, {"id": "x", "task": "compositions.job"}]}""", "/steps/1/id: "),
            ("""{"steps": [{"task": "compositions.job", "payload": {"a/b": "${steps.later.result}"}}]}""", "/steps/0/payload/a~1b: "),
            ("""{"steps": [{"task": "compositions.job", "payload": {"n": "${item}"}}]}""", "/steps/0/payload/n: "),
            ("""{"steps": [{"if": {"left": 1, "op": "~", "right": 1}, "then": [{"task": "compositions.job"}]}]}""", "/steps/0/if/op: "),
            ("""{"steps": [{"map": {"over": 3, "task": "compositions.job"}}]}""", "/steps/0/map/over: "),
            ($$"""{"steps": [{{string.Join(',', Enumerable.Repeat(task, 101))}}]}""", "/steps: "),
            (Nested(9, task), "/then: it lies 9 deep"),
        })
        {
            using var response = await bench.Host.Http.PostAsync("/api/workflows", new StringContent(document, Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);
            var problem = JsonElement.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

            Assert.True(response.StatusCode == HttpStatusCode.BadRequest, document);
            Assert.Equal("CEL0355", Text(problem, "code"));
            Assert.True(Text(problem, "detail").Contains(place, StringComparison.Ordinal), $"{document}: {problem}");
        }

        foreach (var (document, code) in new[] { ("{", "CEL0302"), ($"{{\"steps\": \"{new string('x', 30_000)}\"}}", "CEL0322"), (new string('[', 70), "CEL0302") })
        {
            using var response = await bench.Host.Http.PostAsync("/api/workflows", new StringContent(document), TestContext.Current.CancellationToken);
            Assert.Equal(code, Text(JsonElement.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)), "code"));
        }

        Assert.Equal(0, (await bench.GetAsync("runs")).GetProperty("runs").GetArrayLength());
        Assert.Equal("urn:celerity:workflow:1", Text(await bench.GetAsync("workflows/schema"), "$id"));
    }

    private static string Nested(int depth, string task)
    {
        var steps = $"[{task}]";
        for (; depth > 1; depth--)
        {
            steps = $$"""[{"if": {"left": 1, "op": "==", "right": 1}, "then": {{steps}}}]""";
        }

        return $$"""{"steps": {{steps}}}""";
    }

    [GeneratedRegex("```json\n(?<json>.+?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Documents();
}
