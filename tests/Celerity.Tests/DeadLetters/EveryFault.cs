using Celerity.TestKit.Faults;
using Xunit;

namespace Celerity.Tests.DeadLetters;

/// <summary>Plays a scenario once as it is, and once for each call to storage and each fault that may befall it.</summary>
internal static class EveryFault
{
    /// <returns>How often it was played with a fault.</returns>
    public static async Task<int> PlayAsync(Func<FaultPlan, Task> scenario)
    {
        var record = new FaultPlan();
        await scenario(record);
        var plans = FaultPlan.ForEach(record.Calls).ToList();
        foreach (var plan in plans)
        {
            try
            {
                await scenario(plan);
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"{plan}: {exception.Message}", exception);
            }

            Assert.True(plan.HasFired, plan.ToString());
        }

        return plans.Count;
    }

    /// <summary>Whether a step of a scenario ended by the fault that was planned.</summary>
    public static bool IsPlanned(Exception exception) => exception is ProcessKilledException or InjectedFaultException;
}
