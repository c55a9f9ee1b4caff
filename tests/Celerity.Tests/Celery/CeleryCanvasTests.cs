using System.Text.Json;
using Celerity.Celery;
using Xunit;

namespace Celerity.Tests.Celery;

public sealed class CeleryCanvasTests
{
    private static readonly JsonElement Value = JsonElement.Parse("42");

    [Fact]
    public void Expand_Task_IsGivenTheValueFirstUnlessItIsImmutable()
    {
        var mutable = Assert.Single(CeleryFiles.Expand(Json(CeleryFiles.Sign("a", [1])), Value));
        var immutable = Assert.Single(CeleryFiles.Expand(Json(CeleryFiles.Sign("a", [1], immutable: true)), Value));

        Assert.Equal("[42,1]", Text(mutable.Args));
        Assert.Equal("[1]", Text(immutable.Args));
        Assert.Equal(("parent", "root"), (mutable.ParentId, mutable.Terms.RootId));
    }

    [Fact]
    public void Expand_IdLeftOut_IsTheSameEachTime()
    {
        var signature = Json(CeleryFiles.Sign("a", []));

        Assert.Equal(CeleryFiles.Expand(signature)[0].Id, CeleryFiles.Expand(signature)[0].Id);
        Assert.Equal("mine", CeleryFiles.Expand(Json(CeleryFiles.Sign("a", [], new { task_id = "mine" })))[0].Id);
    }

    [Fact]
    public void Expand_Options_AreThoseOfTheCall()
    {
        var options = new
        {
            countdown = 5,
            expires = 10.5,
            time_limit = 3,
            soft_time_limit = 2,
            queue = "q",
            retries = 4,
            group_id = "g",
            ignore_result = true,
            headers = new { tenant = "t1" },
            link = CeleryFiles.Sign("b", []),
            link_error = new[] { CeleryFiles.Sign("c", []) },
        };

        var task = Assert.Single(CeleryFiles.Expand(Json(CeleryFiles.Sign("a", [], options))));

        Assert.Equal((DateTimeOffset.UnixEpoch.AddSeconds(5), DateTimeOffset.UnixEpoch.AddSeconds(10.5)), (task.Eta, task.ExpiresAt));
        Assert.Equal((TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(2), "q", 4), (task.TimeLimit, task.SoftTimeLimit, task.Queue, task.Retries));
        Assert.Equal(("g", true, "t1"), (task.Terms.Group, task.Terms.IgnoresResult, task.Headers["tenant"]));
        Assert.Equal((1, 1), (task.Terms.Callbacks.Count, task.Terms.Errbacks.Count));
    }

    [Fact]
    public void Expand_ChainOfCelerys_SendsTheFirstWithTheRestBehindIt()
    {
        var chain = Json(CeleryFiles.Sign(
            CelerySignature.Chain,
            [],
            new { link = CeleryFiles.Sign("told", []), link_error = CeleryFiles.Sign("failed", []) },
            kwargs: new { tasks = new[] { CeleryFiles.Sign("a", []), CeleryFiles.Sign("b", []), CeleryFiles.Sign("c", []) } }));

        var task = Assert.Single(CeleryFiles.Expand(chain, Value));

        Assert.Equal("a", task.Name);
        Assert.Equal(["c", "b"], task.Terms.Chain.Select(Name));
        Assert.Equal("failed", Name(Assert.Single(task.Terms.Errbacks)));
        Assert.Equal("told", Name(task.Terms.Chain[0].GetProperty("options").GetProperty("link")[0]));
    }

    [Fact]
    public void Expand_GroupOfACapturedChain_SendsAllOfIt()
    {
        var chain = CeleryFiles.Decode(CeleryFiles.Read("chain-to-group")).Celery!.Chain;

        var tasks = CeleryFiles.Expand(Assert.Single(chain), Value);

        Assert.Equal(["[42,1]", "[42,2]"], tasks.Select(task => Text(task.Args)));
        Assert.Equal(2, tasks.Select(task => task.Id).Distinct().Count());
    }

    [Fact]
    public void Expand_ChordOfACapturedChain_SendsItsTasksAndWhatSeesToThem()
    {
        var chain = CeleryFiles.Decode(CeleryFiles.Read("chain-with-chord")).Celery!.Chain;

        var tasks = CeleryFiles.Expand(Assert.Single(chain), Value);

        Assert.Equal(["demo.add", "demo.add", CeleryCanvas.ChordUnlock], tasks.Select(task => task.Name));
        Assert.All(tasks.Take(2), task => Assert.NotNull(task.Terms.Chord));
        var unlock = tasks[2];
        Assert.Equal("demo.tsum", Name(unlock.Args[1]));
        Assert.Equal(tasks.Take(2).Select(task => task.Id), unlock.Kwargs!.Value.GetProperty("result").EnumerateArray().Select(item => item[0][0].GetString()));
    }

    [Fact]
    public void Expand_ChordInAChain_PassesTheRestToItsCallback()
    {
        var chord = Json(CeleryFiles.Sign(CelerySignature.Chord, [], kwargs: new
        {
            header = new[] { CeleryFiles.Sign("a", [], new { task_id = "a1" }) },
            body = CeleryFiles.Sign("b", []),
        }));
        var turn = new CeleryTurn("parent", "role", DateTimeOffset.UnixEpoch) { Chain = [Json(CeleryFiles.Sign("last", []))] };

        var unlock = CeleryCanvas.Expand(chord, turn)[^1];

        var callback = Assert.Single(CeleryFiles.Expand(unlock.Args[1]));
        Assert.Equal(("b", "last"), (callback.Name, Name(Assert.Single(callback.Terms.Chain))));
    }

    private static JsonElement Json(object value) => JsonSerializer.SerializeToElement(value);

    private static string Text(IReadOnlyList<JsonElement> items) => JsonSerializer.Serialize(items);

    private static string? Name(JsonElement signature) => signature.GetProperty("task").GetString();
}
