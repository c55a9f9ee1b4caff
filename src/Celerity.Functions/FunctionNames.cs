namespace Celerity.Functions;

/// <summary>The names of the functions that other functions call.</summary>
internal static class FunctionNames
{
    public const string Run = "CelerityRun";
    public const string BeginRun = "CelerityBeginRun";
    public const string ExpireRun = "CelerityExpireRun";
    public const string FinishRun = "CelerityFinishRun";
    public const string Stage = "CelerityStage";
    public const string PlanStage = "CelerityPlanStage";
    public const string PublishStage = "CelerityPublishStage";
    public const string WatchStage = "CelerityWatchStage";
    public const string CombineStage = "CelerityCombineStage";
    public const string Await = "CelerityAwait";
    public const string AwaitStep = "CelerityAwaitStep";
    public const string KeepTasks = "CelerityKeepTasks";
    public const string Workflow = "CelerityWorkflow";
    public const string ListOutput = "CelerityListOutput";
    public const string Merge = "CelerityMerge";
    public const string MergeOutput = "CelerityMergeOutput";
    public const string DeadLetterAction = "CelerityDeadLetterAction";
    public const string DeadLetterStep = "CelerityDeadLetterStep";

    /// <summary>The external event that makes a stage look at its ledger, and whatever else waits look again. A hint: the ledger is the truth.</summary>
    public const string StageEvent = "CelerityStageChanged";
}
