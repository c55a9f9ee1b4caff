using Celerity.LocalRuntime.Hosting;
using Celerity.LocalRuntime.Settings;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Settings;

public sealed class LocalSettingsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("local-settings-");

    [Fact]
    public void Apply_Values_BecomeEnvironmentVariablesUnlessSetThere()
    {
        var (fresh, taken) = (Name(), Name());
        Environment.SetEnvironmentVariable(taken, "from the environment");
        Write($$"""{ "IsEncrypted": false, "Values": { "{{fresh}}": "from the file", "{{taken}}": "from the file" } }""");

        LocalSettings.Apply(_folder.FullName);

        Assert.Equal("from the file", Environment.GetEnvironmentVariable(fresh));
        Assert.Equal("from the environment", Environment.GetEnvironmentVariable(taken));
    }

    [Fact]
    public void Apply_SecondAppInOneProcess_ReplacesWhatTheFirstSet()
    {
        var name = Name();
        Write($$"""{ "IsEncrypted": false, "Values": { "{{name}}": "first" } }""");
        LocalSettings.Apply(_folder.FullName);
        Write($$"""{ "IsEncrypted": false, "Values": { "{{name}}": "second" } }""");

        LocalSettings.Apply(_folder.FullName);

        Assert.Equal("second", Environment.GetEnvironmentVariable(name));
    }

    [Fact]
    public void Read_EverySection_IsMapped()
    {
        var settings = LocalSettings.Read(Write("""
            {
              // Comments are allowed.
              "IsEncrypted": false,
              "Values": { "A__B": "c" },
              "ConnectionStrings": { "Db": "text", "Old": { "ConnectionString": "nested", "ProviderName": "p" } },
              "Host": { "LocalHttpPort": 7099 },
            }
            """));

        Assert.Equal("c", settings["A__B"]);
        Assert.Equal("text", settings["ConnectionStrings:Db"]);
        Assert.Equal("nested", settings["ConnectionStrings:Old"]);
        Assert.Equal("7099", settings["Host:LocalHttpPort"]);
    }

    [Theory]
    [InlineData("""{ "Values": {} }""", "counts as encrypted")]
    [InlineData("""{ "IsEncrypted": true }""", "counts as encrypted")]
    [InlineData("""{ "IsEncrypted": false, "Values": { "A": 5 } }""", "\"A\" is a JSON Number")]
    [InlineData("""{ "IsEncrypted": """, "is not valid JSON")]
    public void Read_BadFile_SaysWhatIsWrong(string json, string expected) =>
        Assert.Contains(expected, Assert.Throws<LocalStartException>(() => LocalSettings.Read(Write(json))).Message);

    public void Dispose() => _folder.Delete(recursive: true);

    private static string Name() => $"LOCAL_SETTINGS_TEST_{Guid.NewGuid():N}";

    private string Write(string json)
    {
        var path = Path.Combine(_folder.FullName, LocalSettings.FileName);
        File.WriteAllText(path, json);
        return path;
    }
}
