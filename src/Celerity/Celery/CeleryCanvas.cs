using System.Text.Json;
using Celerity.Groups;

namespace Celerity.Celery;

/// <summary>What is sent when a signature's turn has come, as Celery's own workers would: a task, or all tasks of a group, or a chord's.</summary>
internal static class CeleryCanvas
{
    /// <summary>The task that waits for a chord's tasks, by its name at Celery.</summary>
    public const string ChordUnlock = "celery.chord_unlock";

    private static readonly TimeSpan FirstLook = TimeSpan.FromSeconds(1);

    /// <summary>Makes the tasks to send. The same call makes the same tasks with the same ids; only times may differ.</summary>
    public static IReadOnlyList<CeleryTask> Expand(JsonElement signature, CeleryTurn turn)
    {
        var tasks = new List<CeleryTask>();
        Add(tasks, signature, turn);
        return tasks;
    }

    private static void Add(List<CeleryTask> tasks, JsonElement signature, CeleryTurn turn)
    {
        var task = CelerySignature.Read(signature, turn.Now);
        switch (task.Name)
        {
            case CelerySignature.Chain:
                AddChain(tasks, signature, task.Terms, turn);
                break;
            case CelerySignature.Group:
                AddGroup(tasks, CelerySignature.TasksOf(signature), task.Terms, turn);
                break;
            case CelerySignature.Chord:
                AddChord(tasks, signature, task, turn);
                break;
            default:
                tasks.Add(task with
                {
                    Id = task.Id is { Length: > 0 } id ? id : DerivedId.Of(turn.ParentId, turn.Role),
                    Args = CelerySignature.IsImmutable(signature) ? task.Args : [.. turn.Values, .. task.Args],
                    ParentId = turn.ParentId,
                    Terms = task.Terms with { RootId = turn.RootId, Chain = [.. turn.Chain, .. task.Terms.Chain] },
                });
                break;
        }
    }

    private static void AddChain(List<CeleryTask> tasks, JsonElement signature, CeleryTerms own, CeleryTurn turn)
    {
        // Whoever fails tells; the last one is the chain's success.
        var links = CelerySignature.TasksOf(signature).Select(link => CelerySignature.With(link, "link_error", own.Errbacks)).Reverse().ToList();
        if (links.Count > 0)
        {
            links[0] = CelerySignature.With(links[0], "link", own.Callbacks);
        }

        List<JsonElement> all = [.. turn.Chain, .. own.Chain, .. links];
        if (all is [.., var first])
        {
            Add(tasks, first, turn with { Chain = all[..^1] });
        }
    }

    private static void AddGroup(List<CeleryTask> tasks, IReadOnlyList<JsonElement> members, CeleryTerms own, CeleryTurn turn)
    {
        foreach (var (index, member) in members.Index())
        {
            Add(tasks, CelerySignature.With(member, "link_error", own.Errbacks), turn with { Chain = [], Role = $"{turn.Role}-{index}" });
        }
    }

    private static void AddChord(List<CeleryTask> tasks, JsonElement signature, CeleryTask chord, CeleryTurn turn)
    {
        var header = CelerySignature.HeaderOf(signature);
        AddGroup(tasks, header, new CeleryTerms(), turn);
        var body = CelerySignature.BodyOf(signature);
        body = CelerySignature.With(body, "link", chord.Terms.Callbacks);
        body = CelerySignature.With(body, "link_error", chord.Terms.Errbacks);
        body = CelerySignature.With(body, "chain", turn.Chain);
        var group = JsonSerializer.SerializeToElement(chord.Id is { Length: > 0 } id ? id : DerivedId.Of(turn.ParentId, turn.Role));

        // As Celery's results write themselves: [[id, parent], children].
        var results = header.SelectMany(CelerySignature.EndsOf).Select(end => new object?[] { new[] { end, null }, null });
        tasks.Add(new CeleryTask
        {
            Id = DerivedId.Of(turn.ParentId, $"{turn.Role}-unlock"),
            Name = ChordUnlock,
            Args = [group, body],
            Kwargs = JsonSerializer.SerializeToElement(new { result = results }),
            Eta = turn.Now + FirstLook,
            ParentId = turn.ParentId,
            Terms = new CeleryTerms { RootId = turn.RootId, IgnoresResult = true },
        });
    }
}
