using Celerity.Functions.Tests.EndToEnd;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Celerity.Dashboard.Tests.App;

/// <summary>The dashboard in a tab of its own. It keeps what the browser complains of, and what leaves the origin.</summary>
internal sealed class OpenPage : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly Uri _address;
    private readonly List<string> _problems = [];

    private OpenPage(IBrowserContext context, IPage tab, Uri address)
    {
        (_context, Tab, _address) = (context, tab, address);
        tab.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                Keep($"{message.Type}: {message.Text}");
            }
        };
        tab.PageError += (_, error) => Keep($"thrown: {error}");
        tab.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(address.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal) && !request.Url.StartsWith("blob:", StringComparison.Ordinal))
            {
                Keep($"left the origin: {request.Url}");
            }
        };
    }

    public IPage Tab { get; }

    public ILocator Dialog => Tab.GetByRole(AriaRole.Dialog);

    public static async Task<OpenPage> OpenAsync(DashboardBench bench, string view = "", Uri? address = null, ColorScheme colours = ColorScheme.Light, int width = 1280, int height = 900)
    {
        var context = await bench.Browser.NewContextAsync(new BrowserNewContextOptions
        {
            ColorScheme = colours,
            ViewportSize = new ViewportSize { Width = width, Height = height },
        });
        var page = new OpenPage(context, await context.NewPageAsync(), address ?? bench.Address);
        await page.GoAsync(view);
        return page;
    }

    public Task GoAsync(string view) => Tab.GotoAsync(new Uri(_address, $"api/dashboard/#/{view}").ToString());

    public ILocator Button(string name) => Tab.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = name, Exact = true });

    /// <summary>The row of a table in which a text stands.</summary>
    public ILocator Row(string text) => Tab.GetByRole(AriaRole.Row).Filter(new LocatorFilterOptions { HasText = text });

    /// <summary>Waits for a text to be seen.</summary>
    public Task SeesAsync(string text) => Expect(Tab.GetByText(text).First).ToBeVisibleAsync();

    /// <summary>Does something that asks first: the question must say what it touches.</summary>
    public async Task DoAsync(string button, string confirm, string touches, params (string Field, string Value)[] fields)
    {
        await Button(button).First.ClickAsync();
        await Expect(Dialog.Locator(".touches")).ToContainTextAsync(touches);
        foreach (var (field, value) in fields)
        {
            await Dialog.GetByLabel(field, new LocatorGetByLabelOptions { Exact = false }).First.FillAsync(value);
        }

        await Dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = confirm, Exact = true }).ClickAsync();
        await Expect(Dialog).ToHaveCountAsync(0);
    }

    /// <summary>Waits until all that the view asks for is there.</summary>
    public async Task LoadedAsync()
    {
        await Expect(Tab.Locator("h1")).ToBeVisibleAsync();
        await Expect(Tab.Locator(".loading")).ToHaveCountAsync(0);
        Assert.Empty(await Tab.Locator(".failure").AllInnerTextsAsync());
    }

    public async Task ScreenshotAsync(string name)
    {
        var folder = Path.Combine(Environment.GetEnvironmentVariable("CELERITY_TEST_RESULTS") ?? Path.Combine(RepositoryRoot.Path, "TestResults"), "dashboard");
        await Tab.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"{name}.png"), Animations = ScreenshotAnimations.Disabled });
    }

    /// <summary>The browser complained of nothing, and asked nobody else.</summary>
    public void CheckNoProblem()
    {
        lock (_problems)
        {
            Assert.Empty(_problems);
        }
    }

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();

    private void Keep(string problem)
    {
        lock (_problems)
        {
            _problems.Add(problem);
        }
    }
}
