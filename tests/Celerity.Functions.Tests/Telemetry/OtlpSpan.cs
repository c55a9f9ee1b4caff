using ProtoBuf;

namespace Celerity.Functions.Tests.Telemetry;

/// <summary>A span as OTLP tells of it.</summary>
[ProtoContract]
internal sealed class OtlpSpan
{
    public enum SpanKind
    {
        Unspecified,
        Internal,
        Server,
        Client,
        Producer,
        Consumer,
    }

    [ProtoMember(1)]
    public byte[] Trace { get; set; } = [];

    [ProtoMember(2)]
    public byte[] Span { get; set; } = [];

    [ProtoMember(4)]
    public byte[] Parent { get; set; } = [];

    [ProtoMember(5)]
    public string Name { get; set; } = "";

    [ProtoMember(6)]
    public SpanKind Kind { get; set; }

    [ProtoMember(9)]
    public List<Attribute> Attributes { get; } = [];

    [ProtoMember(15)]
    public Outcome? Status { get; set; }

    public string TraceId => Convert.ToHexStringLower(Trace);

    public string SpanId => Convert.ToHexStringLower(Span);

    public string ParentId => Convert.ToHexStringLower(Parent);

    public bool IsError => Status?.Code == 2;

    /// <summary>Gets the text of an attribute.</summary>
    public string? this[string key] => Attributes.Find(attribute => attribute.Key == key)?.Value?.Text;

    [ProtoContract]
    internal sealed class Attribute
    {
        [ProtoMember(1)]
        public string Key { get; set; } = "";

        [ProtoMember(2)]
        public AnyValue? Value { get; set; }
    }

    [ProtoContract]
    internal sealed class AnyValue
    {
        [ProtoMember(1)]
        public string? Text { get; set; }
    }

    [ProtoContract]
    internal sealed class Outcome
    {
        [ProtoMember(3)]
        public int Code { get; set; }
    }
}
