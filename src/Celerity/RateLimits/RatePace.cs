using Celerity.Controls;
using Celerity.Tasks;

namespace Celerity.RateLimits;

/// <summary>Spaces out tasks that are let go together, so that they come at their limits' rates and need no deferral of their own.</summary>
internal sealed class RatePace(TaskRegistry registry, LiveSettings live)
{
    public Turn Begin(ControlSnapshot controls) => new(registry, live, controls);

    /// <summary>One look through what is held.</summary>
    internal sealed class Turn(TaskRegistry registry, LiveSettings live, ControlSnapshot controls)
    {
        private readonly Dictionary<string, double> _seconds = new(StringComparer.OrdinalIgnoreCase);

        /// <summary>Gets how long the next task of a name is to wait, in whole seconds.</summary>
        public TimeSpan NextDelay(string task)
        {
            if (registry.Find(task) is not { } definition || live.Of(definition, controls) is not { RateLimit: { } limit } settings)
            {
                return TimeSpan.Zero;
            }

            var at = _seconds.GetValueOrDefault(task);
            _seconds[task] = at + (settings.RateCost / limit.PerSecond);
            return TimeSpan.FromSeconds(Math.Floor(Math.Min(at, Retry.RetryDecision.LongestDelay.TotalSeconds)));
        }
    }
}
