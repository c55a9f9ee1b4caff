using System.Text.Json;
using Celerity;

namespace FunctionApp.Routes;

/// <summary>The worked example of a schedule in code: a report each morning, off until it is switched on.</summary>
public static class RouteSchedule
{
    /// <summary>Adds it.</summary>
    /// <param name="builder">The app's builder.</param>
    /// <param name="isEnabled">Whether it fires: the app's setting <c>RouteReport:Daily</c>.</param>
    /// <param name="blob">The flights, in the container <c>datasets</c>: the setting <c>RouteReport:Blob</c>.</param>
    public static CelerityBuilder AddRouteReport(this CelerityBuilder builder, bool isEnabled, string blob)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddSchedule("route-report", schedule =>
        {
            schedule.Cron = "0 6 * * *";
            schedule.Pipeline = "route-report";
            schedule.Payload = JsonSerializer.Serialize(new { source = new { container = "datasets", blob } });
            schedule.Enabled = isEnabled;
        });
    }
}
