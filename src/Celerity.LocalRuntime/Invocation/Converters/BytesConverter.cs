using System.Text;
using Microsoft.Azure.Functions.Worker.Converters;

namespace Celerity.LocalRuntime.Invocation.Converters;

/// <summary>Bytes to text and to arrays, text to UTF-8 bytes.</summary>
internal sealed class BytesConverter : IInputConverter
{
    public ValueTask<ConversionResult> ConvertAsync(ConverterContext context) =>
        new((context.Source, Target: context.TargetType) switch
        {
            (ReadOnlyMemory<byte> bytes, { } target) when target == typeof(string) => ConversionResult.Success(Encoding.UTF8.GetString(bytes.Span)),
            (ReadOnlyMemory<byte> bytes, { } target) when target == typeof(byte[]) => ConversionResult.Success(bytes.ToArray()),
            (byte[] bytes, { } target) when target == typeof(string) => ConversionResult.Success(Encoding.UTF8.GetString(bytes)),
            (byte[] bytes, { } target) when target == typeof(ReadOnlyMemory<byte>) => ConversionResult.Success(new ReadOnlyMemory<byte>(bytes)),
            (string text, { } target) when target == typeof(byte[]) => ConversionResult.Success(Encoding.UTF8.GetBytes(text)),
            (string text, { } target) when target == typeof(ReadOnlyMemory<byte>) =>
                ConversionResult.Success(new ReadOnlyMemory<byte>(Encoding.UTF8.GetBytes(text))),
            _ => ConversionResult.Unhandled(),
        });
}
