namespace Celerity.TestKit.SampleApp;

public interface IMailer
{
    Task SendAsync(string to, string text);
}

internal sealed class SmtpMailer : IMailer
{
    public Task SendAsync(string to, string text) => throw new NotSupportedException("No test sends mail.");
}
