using System.Text.RegularExpressions;

namespace Celerity.KillSwitch;

/// <summary>Names a storage call without what differs from run to run: ids, numbers, receipts.</summary>
internal static partial class CallSignature
{
    public static string Of(HttpRequestMessage request)
    {
        var path = Uri.UnescapeDataString(request.RequestUri!.AbsolutePath);
        return $"{request.Method} {Numbers().Replace(Ids().Replace(path, "*"), "*")}";
    }

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{32}")]
    private static partial Regex Ids();

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Numbers();
}
