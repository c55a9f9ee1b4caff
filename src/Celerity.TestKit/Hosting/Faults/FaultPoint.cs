namespace Celerity.TestKit.Hosting.Faults;

/// <summary>Where a process of the app can be made to crash.</summary>
public enum FaultPoint
{
    /// <summary>A message has been received and its function has not begun. Named by the queue.</summary>
    AfterReceive,

    /// <summary>An invocation is about to begin, of any trigger. Named by the function.</summary>
    BeforeFunction,

    /// <summary>The function has returned, its outputs are written; a message is not deleted yet, an HTTP answer not sent. Named by the function.</summary>
    AfterFunction,

    /// <summary>A message whose function succeeded is about to be deleted. Named by the queue.</summary>
    BeforeDelete,

    /// <summary>The message has just been deleted. Named by the queue.</summary>
    AfterDelete,

    /// <summary>An orchestrator has decided its next step and nothing of it is stored. Named by the orchestrator.</summary>
    BeforeEpisodeCommit,

    /// <summary>An orchestrator's step has just been stored. Named by the orchestrator.</summary>
    AfterEpisodeCommit,

    /// <summary>An activity has ended and its result is not stored. Named by the activity.</summary>
    AfterActivity,
}
