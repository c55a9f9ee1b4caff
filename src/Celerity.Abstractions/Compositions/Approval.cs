namespace Celerity;

/// <summary>An approval that a run waits for, or was given.</summary>
/// <param name="Name">Its name.</param>
/// <param name="State">Where it stands.</param>
public sealed record Approval(string Name, ApprovalState State)
{
    /// <summary>Gets whether somebody has said yes.</summary>
    public bool IsApproved => State == ApprovalState.Approved;

    /// <summary>Gets who answered; <see langword="null"/> while nobody has.</summary>
    public string? Who { get; init; }

    /// <summary>Gets what they gave as their reason.</summary>
    public string? Why { get; init; }

    /// <summary>Gets when it was answered, or given up.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Gets until when it is waited for; <see langword="null"/> where it was given before anybody asked.</summary>
    public DateTimeOffset? DeadlineAt { get; init; }
}

/// <summary>Where an approval stands.</summary>
public enum ApprovalState
{
    /// <summary>Nobody has answered.</summary>
    Waiting,

    /// <summary>Somebody has said yes.</summary>
    Approved,

    /// <summary>Somebody has said no.</summary>
    Refused,

    /// <summary>Nobody answered in time.</summary>
    Expired,
}
