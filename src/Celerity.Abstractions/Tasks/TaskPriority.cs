namespace Celerity;

/// <summary>Which of the three queues a task goes to.</summary>
public enum TaskPriority
{
    /// <summary><c>celerity-default</c>.</summary>
    Default,

    /// <summary><c>celerity-high</c>.</summary>
    High,

    /// <summary><c>celerity-low</c>.</summary>
    Low,
}
