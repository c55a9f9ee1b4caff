namespace Celerity.Schedules;

/// <summary>Knows the app's pipelines. The host that runs them implements it.</summary>
internal interface IPipelineCheck
{
    /// <summary>Checks that there is such a pipeline and that a request fits it.</summary>
    /// <exception cref="CelerityException">CEL0301: it is unknown; CEL0302: the request does not fit.</exception>
    void Check(string pipeline, string request);
}

/// <summary>Of an app that has none.</summary>
internal sealed class NoPipelines : IPipelineCheck
{
    public void Check(string pipeline, string request) => throw new CelerityException(ErrorCodes.UnknownPipeline, "The app has no pipelines.");
}
