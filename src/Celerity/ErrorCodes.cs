namespace Celerity;

/// <summary>Every code of <c>docs/errors.md</c>; a test compares the two.</summary>
internal static class ErrorCodes
{
    public const string UnknownTask = "CEL0201";
    public const string PayloadDoesNotFit = "CEL0202";
    public const string TaskTooLarge = "CEL0203";
    public const string DuplicateTask = "CEL0204";
    public const string BadTask = "CEL0205";
    public const string NotATask = "CEL0206";
    public const string ResultUnwritable = "CEL0207";
    public const string BadEnqueueOption = "CEL0208";
    public const string PayloadMissing = "CEL0209";
    public const string UnknownTaskId = "CEL0210";
    public const string TaskNotEnded = "CEL0211";
    public const string TaskNotSucceeded = "CEL0212";
    public const string ResultExpired = "CEL0213";
    public const string ResultDoesNotFit = "CEL0214";
    public const string ResultRefused = "CEL0215";
    public const string ValidatorWithoutHandler = "CEL0216";
    public const string BadGroup = "CEL0220";
    public const string UnknownGroup = "CEL0221";
    public const string GroupNotEnded = "CEL0222";
    public const string GroupFailed = "CEL0223";
    public const string PayloadUnreadable = "CEL0230";
    public const string UnknownQueue = "CEL0231";
    public const string SignatureWrong = "CEL0232";
    public const string BadBatch = "CEL0233";
    public const string BadPreparedTask = "CEL0234";
    public const string MessageUnreadable = "CEL0235";
    public const string MessageVersion = "CEL0236";
    public const string BadWebhook = "CEL0240";
    public const string WebhookUndeliverable = "CEL0241";
    public const string UnknownCircuit = "CEL0250";

    public const string UnknownPipeline = "CEL0301";
    public const string BadRequestBody = "CEL0302";
    public const string DatasetMissing = "CEL0303";
    public const string ColumnsMissing = "CEL0304";
    public const string NoSuchColumn = "CEL0305";
    public const string TooManyChunks = "CEL0306";
    public const string HeaderTooLong = "CEL0307";
    public const string SettingOutOfRange = "CEL0308";
    public const string BytesNeedPlainLines = "CEL0309";
    public const string DatasetChanged = "CEL0310";
    public const string ToleranceExceeded = "CEL0311";
    public const string RunCancelled = "CEL0312";
    public const string UnknownRun = "CEL0313";
    public const string UnknownStage = "CEL0314";
    public const string PipelineFailed = "CEL0315";
    public const string RunEnded = "CEL0316";
    public const string DuplicateStage = "CEL0317";
    public const string StorageConnectionWrong = "CEL0601";
    public const string StageCodeFailed = "CEL0318";
    public const string NotARun = "CEL0319";
    public const string StageStuck = "CEL0320";
    public const string BadPipeline = "CEL0321";
    public const string BodyTooLarge = "CEL0322";
    public const string StorageDown = "CEL0323";
    public const string MessageEncoding = "CEL0324";
}
