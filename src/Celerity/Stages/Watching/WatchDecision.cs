namespace Celerity.Stages.Watching;

/// <summary>What to do about a slice that has not ended.</summary>
internal enum WatchAction
{
    Wait,
    SendAgain,
    GiveUp,
}

/// <summary>Decides when a slice is sent again and when it is given up.</summary>
internal static class WatchDecision
{
    /// <summary>How often a slice is sent again beyond the first time, which may be its only one: it may never have been published.</summary>
    public const int MaxRepeats = 3;

    public static WatchAction For(SliceWatch watch, DateTimeOffset now, TimeSpan republishAfter)
    {
        var patience = republishAfter * Math.Pow(2, Math.Max(0, watch.Sends - 1));
        if (now - watch.Since < patience)
        {
            return WatchAction.Wait;
        }

        return watch.Sends <= MaxRepeats ? WatchAction.SendAgain : WatchAction.GiveUp;
    }
}
