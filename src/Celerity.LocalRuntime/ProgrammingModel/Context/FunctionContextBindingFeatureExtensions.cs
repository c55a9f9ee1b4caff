using Celerity.LocalRuntime.Invocation;
using Microsoft.Azure.Functions.Worker.Context.Features;

namespace Microsoft.Azure.Functions.Worker;

public static class FunctionContextBindingFeatureExtensions
{
    public static async ValueTask<InputBindingData<T?>> BindInputAsync<T>(this FunctionContext context, BindingMetadata bindingMetadata)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(bindingMetadata);
        var binding = context.Features.Get<IFunctionInputBindingFeature>() as InputBinding
            ?? throw new InvalidOperationException("The input of this context cannot be bound.");
        var value = await binding.BindAsync(binding.IndexOf(bindingMetadata.Name)).ConfigureAwait(false);
        return new BoundInput<T?>(binding, bindingMetadata, (T?)value);
    }

    public static InvocationResult GetInvocationResult(this FunctionContext context) => new LocalResult(Local(context));

    public static InvocationResult<T?> GetInvocationResult<T>(this FunctionContext context) => new LocalResult<T>(Local(context));

    public static IEnumerable<OutputBindingData<T?>> GetOutputBindings<T>(this FunctionContext context)
    {
        var local = Local(context);
        return local.Plan.Outputs
            .Where(output => local.OutputValues.TryGetValue(output.Name, out var value) && value is T)
            .Select(output => new LocalOutput<T?>(local, output.Name, output.BindingType));
    }

    private static LocalFunctionContext Local(FunctionContext context) =>
        context as LocalFunctionContext ?? throw new InvalidOperationException("This context belongs to no running invocation.");

    private sealed class BoundInput<T>(InputBinding binding, BindingMetadata metadata, T? value) : InputBindingData<T>
    {
        private T? _value = value;

        public override BindingMetadata BindingMetadata => metadata;

        public override T? Value
        {
            get => _value;
            set
            {
                _value = value;
                binding.Replace(metadata.Name, value);
            }
        }
    }

    private sealed class LocalResult(LocalFunctionContext context) : InvocationResult
    {
        public override object? Value
        {
            get => context.Result;
            set => context.Result = value;
        }
    }

    private sealed class LocalResult<T>(LocalFunctionContext context) : InvocationResult<T?>
    {
        public override T? Value
        {
            get => (T?)context.Result;
            set => context.Result = value;
        }
    }

    private sealed class LocalOutput<T>(LocalFunctionContext context, string name, string bindingType) : OutputBindingData<T>
    {
        public override string Name => name;

        public override string BindingType => bindingType;

        public override T? Value
        {
            get => (T?)context.OutputValues[name];
            set => context.OutputValues[name] = value;
        }
    }
}
