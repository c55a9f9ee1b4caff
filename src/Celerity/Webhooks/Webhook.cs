using Celerity.Observing;

namespace Celerity.Webhooks;

/// <summary>One endpoint, checked. Not a record: nothing of it is ever printed.</summary>
internal sealed class Webhook
{
    private const int MaxNameChars = 50;

    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    private readonly WebhookRole _role;
    private readonly HashSet<TaskEventKind> _events;
    private readonly string[] _tasks;

    /// <exception cref="CelerityException">CEL0240 or the role's own code: it is set up wrongly.</exception>
    public Webhook(string name, WebhookOptions options, WebhookRole? role = null)
    {
        _role = role ?? WebhookRole.Events;
        Name = name;
        Require(
            name.Length is > 0 and <= MaxNameChars && name.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-'),
            "name", $"1 to {MaxNameChars} of letters, digits, '.', '_' and '-'");
        Require(
            options.Url is { IsAbsoluteUri: true, UserInfo: "", Fragment: "" } && IsSchemeAllowed(options.Url, options.AllowLoopback),
            _role.AddressSetting,
            $"an absolute https address without user name and fragment (http only to this machine, and with {nameof(options.AllowLoopback)})");
        Url = options.Url!;
        (AllowLoopback, AllowPrivateNetworks, Timeout) = (options.AllowLoopback, options.AllowPrivateNetworks, options.Timeout);
        Require(
            !System.Net.IPAddress.TryParse(Url.IdnHost, out var address) || WebhookAddresses.IsAllowed(address, this),
            _role.AddressSetting,
            $"a public address, unless {nameof(options.AllowLoopback)} or {nameof(options.AllowPrivateNetworks)} is set");
        Key = WebhookSignature.TryReadSecret(options.Secret) ?? [];
        Require(!_role.IsSigned || Key.Length > 0, nameof(options.Secret), "base64 of 24 to 64 random bytes");
        Require(_role.IsSigned || string.IsNullOrEmpty(options.Secret), nameof(options.Secret), "left out: such a receiver checks no signature");
        Require(options.Events.All(Enum.IsDefined), nameof(options.Events), $"of {string.Join(", ", Enum.GetNames<TaskEventKind>())}");
        Require(
            options.Tasks.All(task => task?.Length > 0 && task.IndexOf('*', StringComparison.Ordinal) is var star && (star < 0 || star == task.Length - 1)),
            nameof(options.Tasks),
            "task names, beginnings such as 'invoices.*', or '*'");
        Require(Timeout >= Shortest && Timeout <= Longest, nameof(options.Timeout), $"{Shortest:c} to {Longest:c}");
        _events = options.Events.Count > 0 ? [.. options.Events] : [.. EndKinds.All];
        _tasks = [.. options.Tasks];

        void Require(bool holds, string setting, string rule)
        {
            if (!holds)
            {
                // Without what was found: an address or a secret is not for the log.
                var article = setting.StartsWith('A') ? "an" : "a";
                throw new CelerityException(_role.Code, $"{Title} has {article} {setting} that cannot be used ({_role.Section}:{name}:{setting}); it must be {rule}.");
            }
        }
    }

    public string Name { get; }

    public Uri Url { get; }

    /// <summary>Gets what it is called in sentences that begin with it.</summary>
    public string Title => $"The {_role.Noun} '{Name}'";

    /// <summary>Gets what is signed with; empty where nothing is.</summary>
    public byte[] Key { get; }

    public TimeSpan Timeout { get; }

    public bool AllowLoopback { get; }

    public bool AllowPrivateNetworks { get; }

    /// <summary>Gets the name of its HTTP client: one each, for what it may connect to is its own.</summary>
    public string ClientName => $"{_role.ClientPrefix}.{Name}";

    public bool Wants(TaskEventKind kind, string task) => _events.Contains(kind)
        && (_tasks.Length == 0 || Array.Exists(_tasks, pattern => pattern.EndsWith('*')
            ? task.StartsWith(pattern[..^1], StringComparison.OrdinalIgnoreCase)
            : string.Equals(task, pattern, StringComparison.OrdinalIgnoreCase)));

    private static bool IsSchemeAllowed(Uri url, bool allowLoopback) =>
        url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback && allowLoopback);
}
