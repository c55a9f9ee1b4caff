namespace Celerity;

/// <summary>Every code of <c>docs/errors.md</c>; a test compares the two.</summary>
internal static class ErrorCodes
{
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
}
