namespace Celerity.Functions.Settings;

/// <summary>How much a finding matters.</summary>
internal enum FindingSeverity
{
    /// <summary>Something does not work.</summary>
    Error,

    /// <summary>Something does not work as it should, or is held on purpose.</summary>
    Warning,

    /// <summary>It works; it could be better.</summary>
    Advice,
}
