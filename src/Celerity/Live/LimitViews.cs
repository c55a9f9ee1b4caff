using Celerity.Controls;
using Celerity.Tasks;
using Celerity.Tasks.Sending;

namespace Celerity.Live;

/// <summary>Shows what limits the tasks that this app runs. Costs no request while the board is known.</summary>
internal sealed class LimitViews(TaskRegistry registry, TaskQueues queues, ControlBoard board, LiveSettings live)
{
    public async ValueTask<IReadOnlyList<LimitView>> ListAsync(CancellationToken cancellationToken)
    {
        var controls = await board.GetAsync(cancellationToken).ConfigureAwait(false);
        return [.. registry.Tasks.Where(task => !task.IsInternal).Select(task => View(task, controls))];
    }

    private LimitView View(TaskDefinition task, ControlSnapshot controls)
    {
        var target = ControlEntry.TargetOf(task.Settings.Name);
        var now = live.Of(task, controls);
        var changed = controls.Find(ControlKind.Settings, target)?.Read<Dictionary<string, string>>().Keys.ToHashSet(StringComparer.OrdinalIgnoreCase) ?? [];
        return new LimitView(
            task.Settings.Name,
            queues.Choose(task.Settings, new EnqueueOptions()),
            now.RateLimit?.ToString(),
            now.Concurrency,
            now.Circuit,
            controls.FindPause(ControlKind.PauseTask, target) is not null,
            [.. LiveSettingTexts.Of(now).Zip(LiveSettingTexts.Of(task.Settings), (value, otherwise) =>
                new SettingView(value.Name, value.Text, otherwise.Text, changed.Contains(value.Name)))]);
    }
}
