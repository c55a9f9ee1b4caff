namespace Celerity.Tasks;

/// <summary>The numbers of the executor's rules.</summary>
internal static class TaskRules
{
    /// <summary>At how many crashes a task is dead.</summary>
    public const int MaxCrashes = 3;

    /// <summary>From which delivery on what shares a message, or borrows its id, leaves as a message of its own.</summary>
    public const int AloneFromDelivery = 2;

    /// <summary>How much too early a task may run: clocks differ.</summary>
    public static readonly TimeSpan EtaTolerance = TimeSpan.FromSeconds(1);
}
