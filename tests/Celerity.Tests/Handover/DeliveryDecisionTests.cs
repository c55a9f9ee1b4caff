using Celerity.Handover;
using Xunit;

namespace Celerity.Tests.Handover;

/// <summary>The table "message against control row", line by line.</summary>
public sealed class DeliveryDecisionTests
{
    private static readonly ControlRow Claimed = new(2, "d", 1, 0) { State = TaskState.Running, Claim = new Claim("m", 3, "a") };

    private static readonly ControlRow Unclaimed = Claimed with { State = TaskState.Enqueued, Claim = null };

    public static TheoryData<string, int, string, string?, long, string, string> Table => new()
    {
        // row, then of the message: seq, delivery, message id, dequeue count, pass; and the verdict
        { "ended", 2, "d", "m", 4, "b", "RepeatEffects" },
        { "ended", 1, "x", "n", 1, "b", "RepeatEffects" },
        { "ended", 9, "x", "n", 1, "b", "RepeatEffects" },
        { "claimed", 1, "d", "m", 4, "b", "Drop" },
        { "claimed", 2, "x", "m", 4, "b", "Drop" },
        { "unclaimed", 1, "d", "m", 1, "b", "Drop" },
        { "unclaimed", 2, "x", "m", 1, "b", "Drop" },
        { "claimed", 2, "d", "n", 1, "b", "Drop" },
        { "claimed", 2, "d", "n", 9, "b", "Drop" },
        { "claimed", 2, "d", "m", 4, "b", "ClaimAfterCrash" },
        { "claimed", 2, "d", "m", 3, "b", "ClaimAfterCrash" },
        { "claimed", 2, "d", "m", 2, "b", "Drop" },
        { "claimed", 2, "d", "m", 3, "a", "Resume" },
        { "unclaimed", 2, "d", "m", 1, "b", "Claim" },
        { "unclaimed", 3, "x", "n", 1, "b", "Claim" },
        { "claimed", 3, "x", "n", 1, "b", "Claim" },
        { "none", 0, "", "m", 1, "b", "Claim" },
        { "none", 5, "d", "m", 7, "b", "Claim" },

        // Out of a poison queue: the copy's own id says nothing.
        { "claimed", 2, "d", null, 1, "b", "ClaimAfterCrash" },
        { "unclaimed", 2, "d", null, 1, "b", "Claim" },
        { "claimed", 1, "d", null, 1, "b", "Drop" },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void For_MessageAgainstRow_IsAsTheTableSays(
        string row, int seq, string delivery, string? messageId, long dequeueCount, string attemptId, string verdict)
    {
        var stored = row switch
        {
            "ended" => Claimed with { State = TaskState.Succeeded, Ending = new Ending { At = DateTimeOffset.UnixEpoch, Host = "h" } },
            "claimed" => Claimed,
            "unclaimed" => Unclaimed,
            _ => null,
        };

        Assert.Equal(verdict, DeliveryDecision.For(new DeliveryStamp(seq, delivery, messageId, dequeueCount), stored, attemptId).ToString());
    }
}
