"""Forks ready-made processes of the product: a worker a millisecond instead of a second.

It loads Django once, opens no connection, and forks on request. Each worker runs the very command
`manage.py sweep …` in a process group of its own, to be killed as a whole.
Talks JSON lines: {"call": name, "kwargs": {…}} → {"result": …}
and {"sweep": [argument, …]} → {"pid": n}.
"""

import ctypes
import json
import os
import signal
import sys
import traceback

import django

PR_SET_PDEATHSIG = 1


def main() -> None:
    django.setup()
    from tests.faults import scenes  # noqa: PLC0415 - models exist only after setup

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the killed
    for line in sys.stdin:
        request = json.loads(line)
        if "sweep" in request:
            answer = {"pid": _fork(lambda args=request["sweep"]: scenes.sweep(args))}
        else:
            answer = _call(getattr(scenes, request["call"]), request.get("kwargs", {}))
        print(json.dumps(answer, ensure_ascii=False, default=str), flush=True)


def _fork(work) -> int:
    pid = os.fork()
    if pid:
        return pid
    os.setsid()
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # no orphan outlives a broken run
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    code = 1
    try:
        os.dup2(2, 1)  # standard output is the conversation with the test
        work()
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def _call(function, kwargs) -> dict:
    read, write = os.pipe()

    def work():
        try:
            answer = {"result": function(**kwargs)}
        except Exception as error:
            answer = {"error": repr(error)}
        with os.fdopen(write, "w") as out:
            json.dump(answer, out, ensure_ascii=False, default=str)

    _fork(work)
    os.close(write)
    with os.fdopen(read) as stream:
        return json.load(stream)


if __name__ == "__main__":
    main()
