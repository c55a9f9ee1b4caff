"""Celery as it is: the app of the worker, and a client that sends, waits and compares. Run by Program.cs beside it."""
import os
import sys

import azure.storage.queue
from azure.multiapi.storage.v2018_11_09.queue import QueueService as OldQueueService


class QueueService(OldQueueService):
    """What kombu 5.2 expects of the SDK it was written for, pointed at the emulator."""

    def __init__(self, account_name=None, account_key=None):
        super().__init__(connection_string=os.environ["STORAGE"])

    def list_queues(self, *args, **kwargs):
        return [queue.name for queue in super().list_queues(*args, **kwargs)]

    def get_messages(self, *args, **kwargs):
        kwargs.pop("timeout", None)
        return super().get_messages(*args, **kwargs)


if not hasattr(azure.storage.queue, "QueueService"):
    azure.storage.queue.QueueService = QueueService

from celery import Celery, chain, chord, group  # noqa: E402

app = Celery("real", broker="azurestoragequeues://:a2V5@account", backend="azureblockblob://" + os.environ["STORAGE"])
app.conf.update(
    azureblockblob_container_name="celerity-celery",
    task_routes={"net.*": {"queue": "celerity-default"}},
    worker_enable_remote_control=False,
)

# These run in the C# app; here are only their names.
net_add, net_sum, net_fail = (app.signature("net." + name) for name in ("add", "sum", "fail"))


@app.task(name="py.times")
def times(x, y):
    return x * y


@app.task(name="py.told")
def told(task_id):
    return "told of " + task_id


def add(*args):
    return app.signature("net.add", args=args)


def expect(name, found, wanted):
    print(name, "ok" if found == wanted else f"FAILED: {found!r} instead of {wanted!r}", flush=True)
    return found == wanted


def main():
    def get(result):
        return result.get(timeout=60, interval=0.1)

    ok = [
        expect("one task", get(add(1, 2).apply_async()), 3),
        expect("keyword arguments", get(app.send_task("net.add", kwargs={"x": 1, "y": 2})), 3),
        expect("chain here, there and back", get(chain(add(1, 2), times.s(10), add(5)).apply_async()), 35),
        expect("chain of ten", get(chain(add(1, 1), *[add(1) for _ in range(9)]).apply_async()), 11),
        expect("group", get(group(add(i, i) for i in range(3)).apply_async()), [0, 2, 4]),
        expect("chord", get(chord([add(1, 1), times.s(2, 3)], app.signature("net.sum", queue="celerity-default")).apply_async()), 8),
        expect("chord in a chain", get(chain(add(1, 2), group(add(1), add(2)), app.signature("net.sum", queue="celerity-default")).apply_async()), 9),
    ]
    failing = app.signature("net.fail", args=("alas",)).apply_async(link_error=told.s())
    try:
        get(failing)
        ok.append(expect("failure", "no exception", "an exception"))
    except Exception as error:  # its class is made by Celery, of the name it is told
        ok.append(expect("failure", (type(error).__name__, "alas" in str(error)), ("InvalidOperationException", True)))
    ok.append(expect("sent from C#", get(app.AsyncResult("from-csharp")), 42))
    return 0 if all(ok) else 1


if __name__ == "__main__":
    sys.exit(main())
