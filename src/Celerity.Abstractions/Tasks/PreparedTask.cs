namespace Celerity;

/// <summary>A task that is ready to be sent: its id is fixed and its options are checked. Keep it with your own data, and send it when that is stored.</summary>
/// <param name="Id">The task's id.</param>
/// <param name="Text">Everything else: plain text of up to 64 KiB, to be stored as it is.</param>
public sealed record PreparedTask(string Id, string Text);
