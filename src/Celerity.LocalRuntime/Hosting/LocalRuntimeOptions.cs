namespace Celerity.LocalRuntime.Hosting;

/// <summary>Settings of the runtime itself, bound from <c>LocalRuntime</c>.</summary>
internal sealed class LocalRuntimeOptions
{
    public const string SectionName = "LocalRuntime";

    /// <summary>Gets or sets the loopback port of the HTTP server; 0 takes a free one.</summary>
    /// <value>The default is <c>Host:LocalHttpPort</c> of local.settings.json, else 7071.</value>
    public int HttpPort { get; set; } = 7071;

    /// <summary>Gets or sets the file that receives the base address once the app runs; it is removed when the app stops.</summary>
    public string? AddressFile { get; set; }

    /// <summary>Gets or sets the process whose end ends the app too; none by default.</summary>
    public int? ParentProcessId { get; set; }

    /// <summary>Gets or sets how long running invocations may go on after a stop was asked for, before they are cancelled.</summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets the folder for what the runtime keeps, relative to the content root.</summary>
    public string StateFolder { get; set; } = ".celerity/local";

    /// <summary>Gets or sets whether other processes may use the state folder too, so that one of them has to be chosen to fire the timers.</summary>
    public bool SharesState { get; set; } = true;

    /// <summary>Gets or sets whether function keys are checked. <c>func start</c> does not check them either.</summary>
    public bool EnforceKeys { get; set; }
}
