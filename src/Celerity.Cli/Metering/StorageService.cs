namespace Celerity.Cli.Metering;

internal enum StorageService
{
    Blob,
    Queue,
    Table,
}
