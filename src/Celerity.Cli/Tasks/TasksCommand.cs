using System.CommandLine;
using Celerity.Cli.Api;
using Celerity.Cli.Help;

namespace Celerity.Cli.Tasks;

/// <summary><c>celerity tasks</c>: what has become of tasks.</summary>
internal sealed class TasksCommand : Command, IHasExamples
{
    public TasksCommand(Surroundings around)
        : base("tasks", "Look at tasks, whether they wait, run or have ended.")
    {
        var app = new AppOptions();
        app.AddTo(this);
        Subcommands.Add(new TasksShowCommand(app, around));
    }

    public IReadOnlyList<(string CommandLine, string Meaning)> Examples { get; } =
    [
        ("celerity tasks show 0190b0c4-…", "what has become of one: attempts, result or error, what it logged"),
    ];
}
