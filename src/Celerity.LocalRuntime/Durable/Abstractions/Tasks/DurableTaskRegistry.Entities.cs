using Celerity.LocalRuntime.Durable;
using Microsoft.DurableTask.Entities;

namespace Microsoft.DurableTask;

public sealed partial class DurableTaskRegistry
{
    internal VersionedTasks<Func<IServiceProvider, ITaskEntity>> Entities { get; } = new("entity");

    public IEnumerable<KeyValuePair<TaskName, Func<IServiceProvider, ITaskEntity>>> GetEntities() =>
        Entities.Select(task => KeyValuePair.Create(new TaskName(task.Name), task.Value));

    public DurableTaskRegistry AddEntity(TaskName name, Func<IServiceProvider, ITaskEntity> factory)
    {
        ArgumentNullException.ThrowIfNull(factory);
        RefuseDefault(name);
        Entities.Add(name, string.Empty, factory);
        return this;
    }

    public DurableTaskRegistry AddEntity(TaskName name, Type type) => AddEntity(name, TaskClass.Factory<ITaskEntity>(type));

    public DurableTaskRegistry AddEntity(Type type)
    {
        var factory = TaskClass.Factory<ITaskEntity>(type);
        return AddEntity(NameOf(type), factory);
    }

    public DurableTaskRegistry AddEntity<TEntity>(TaskName name)
        where TEntity : class, ITaskEntity => AddEntity(name, typeof(TEntity));

    public DurableTaskRegistry AddEntity<TEntity>()
        where TEntity : class, ITaskEntity => AddEntity(typeof(TEntity));

    public DurableTaskRegistry AddEntity(TaskName name, ITaskEntity entity)
    {
        ArgumentNullException.ThrowIfNull(entity);
        return AddEntity(name, _ => entity);
    }

    public DurableTaskRegistry AddEntity(ITaskEntity entity)
    {
        ArgumentNullException.ThrowIfNull(entity);
        return AddEntity(NameOf(entity.GetType()), entity);
    }
}
