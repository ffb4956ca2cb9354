"""Forks processes that make one weekly file: a worker in milliseconds instead of seconds.

    python -m tests.faults.export_nursery

It loads Django and WeasyPrint once, opens no connection, and forks on request. Reads JSON lines:
{"make": pk} → {"pid": n}, and {"wait": n} → {"code": 0} when it made the file, else 3. The moments
between writing, renaming and attaching a file are stretched, so that kills fall into them as well.
"""

import ctypes
import json
import os
import signal
import sys
import time

import django

PR_SET_PDEATHSIG = 1
STRETCH = 0.15


def main() -> None:
    django.setup()
    from planning import weekly_pdf_reports  # noqa: PLC0415 - models exist only after setup
    from planning.actions import exporting  # noqa: PLC0415

    exporting.os.replace = _stretched(os.replace)
    exporting.os.fsync = _stretched(os.fsync)
    for line in sys.stdin:
        request = json.loads(line)
        if "make" in request:
            pk = request["make"]
            answer = {"pid": _fork(lambda: exporting.work(pk=pk, make=weekly_pdf_reports.make))}  # noqa: B023
        else:
            _, status = os.waitpid(request["wait"], 0)
            answer = {"code": os.waitstatus_to_exitcode(status)}
        print(json.dumps(answer), flush=True)


def _stretched(function):
    def slow(*arguments):
        time.sleep(STRETCH)
        function(*arguments)
        time.sleep(STRETCH)

    return slow


def _fork(work) -> int:
    pid = os.fork()
    if pid:
        return pid
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # no orphan outlives a broken run
    code = 1
    try:
        os.dup2(2, 1)  # standard output is the conversation with the test
        code = 0 if work() else 3
    finally:
        os._exit(code)


if __name__ == "__main__":
    main()
