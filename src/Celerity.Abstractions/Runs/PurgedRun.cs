namespace Celerity;

/// <summary>A run that is being purged.</summary>
/// <param name="Id">Its id.</param>
/// <param name="State">Where it stands: purging.</param>
/// <param name="Deleted">What was deleted in the call; none where no Durable client is at hand yet: then all of it goes with the last sweep.</param>
/// <param name="GoneAt">When the last sweep may begin; until then the run is shown as purging.</param>
public sealed record PurgedRun(string Id, RunState State, RunPurgeCount Deleted, DateTimeOffset GoneAt);
