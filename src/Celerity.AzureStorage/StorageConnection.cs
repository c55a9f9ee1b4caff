using Azure.Core;
using Azure.Identity;
using Microsoft.Extensions.Configuration;

namespace Celerity.AzureStorage;

/// <summary>Where the storage account is and how to prove who we are, read by the host's own rules for a named connection.</summary>
internal sealed record StorageConnection(string Name)
{
    public const string DefaultName = "AzureWebJobsStorage";

    /// <summary>Gets the connection string, or <see langword="null"/> where an identity is used.</summary>
    public string? ConnectionString { get; private init; }

    public Uri? QueueEndpoint { get; private init; }

    public Uri? TableEndpoint { get; private init; }

    public Uri? BlobEndpoint { get; private init; }

    public TokenCredential? Credential { get; private init; }

    public static StorageConnection Read(IConfiguration configuration, string name)
    {
        if ((configuration[name] ?? configuration.GetConnectionString(name)) is { Length: > 0 } connectionString)
        {
            return new StorageConnection(name) { ConnectionString = connectionString };
        }

        return new StorageConnection(name)
        {
            QueueEndpoint = ReadEndpoint(configuration, name, "queue"),
            TableEndpoint = ReadEndpoint(configuration, name, "table"),
            BlobEndpoint = ReadEndpoint(configuration, name, "blob"),
            Credential = ReadCredential(configuration, name),
        };
    }

    public static CelerityException Wrong(string message) => new(ErrorCodes.StorageConnectionWrong, message);

    private static Uri ReadEndpoint(IConfiguration configuration, string name, string service)
    {
        if (Find(configuration, name, $"{service}ServiceUri") is { } written)
        {
            // A path such as "/flights" counts as an absolute file URI on Unix.
            return Uri.TryCreate(written, UriKind.Absolute, out var endpoint) && endpoint.Scheme is "https" or "http"
                ? endpoint
                : throw Wrong(
                    $"{name}__{service}ServiceUri is '{written}', which is no absolute URI of http or https. " +
                    $"Write it as https://<account>.{service}.core.windows.net.");
        }

        if (Find(configuration, name, "accountName") is not { } account)
        {
            throw Wrong(
                $"Neither {name} nor {name}__accountName nor {name}__{service}ServiceUri is set. Set {name} to a connection string " +
                $"('UseDevelopmentStorage=true' for the emulator), or {name}__accountName to the account's name to use a managed identity.");
        }

        return account.Length is >= 3 and <= 24 && account.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character))
            ? new Uri($"https://{account}.{service}.core.windows.net")
            : throw Wrong($"{name}__accountName is '{account}'. Write the account's name alone: 3 to 24 lower-case letters and digits.");
    }

    private static TokenCredential ReadCredential(IConfiguration configuration, string name)
    {
        var clientId = Find(configuration, name, "clientId");
        return Find(configuration, name, "credential") switch
        {
            null => new DefaultAzureCredential(new DefaultAzureCredentialOptions { ManagedIdentityClientId = clientId }),
            var kind when !kind.Equals("managedidentity", StringComparison.OrdinalIgnoreCase) =>
                throw Wrong($"{name}__credential is '{kind}'. Write 'managedidentity', or remove it to use the default credentials."),
            _ when clientId is null => new ManagedIdentityCredential(ManagedIdentityId.SystemAssigned),
            _ => new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(clientId)),
        };
    }

    // Environment variables turn '__' into ':'; other sources keep what was written.
    private static string? Find(IConfiguration configuration, string name, string key) =>
        (configuration[$"{name}:{key}"] ?? configuration[$"{name}__{key}"]) is { Length: > 0 } value ? value : null;
}
