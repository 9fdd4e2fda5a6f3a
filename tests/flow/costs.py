"""What a command costs with all that it starts: processor time, and the memory of the largest process.

The command is begun by something small that is gone then: a process counts as its own the memory of whatever began it.
What the command leaves behind (the server that its readers are forked by) falls to this program, which
waits for all of it. Nothing else may be started beside it.
"""
import ctypes, os, subprocess, tempfile, time
from typing import NamedTuple

PR_SET_CHILD_SUBREAPER = 36
ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


class Cost(NamedTuple):
    code: int
    out: str
    err: str
    cpu_ms: float
    seconds: float
    peak_mb: float  # of the largest process
    readers_mb: float  # of the largest of those that it left behind, and of theirs


def measured(*command, **environment):
    """Runs it to its end. The exit code is the command's own."""
    began = time.monotonic()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, tempfile.TemporaryFile() as name:
        subprocess.run(["setsid", "--fork", "sh", "-c", f'echo $$ >&{name.fileno()}; exec "$@"', "sh", *map(str, command)],
                       check=True, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=os.environ | environment,
                       pass_fds=(name.fileno(),))
        ended, cpu_ms, peak_mb = {}, 0, {}
        while True:
            try:
                pid, status, usage = os.wait4(-1, 0)
            except ChildProcessError:
                break
            ended[pid] = os.waitstatus_to_exitcode(status)
            cpu_ms += (usage.ru_utime + usage.ru_stime) * 1000
            peak_mb[pid] = usage.ru_maxrss / 1024
        out.seek(0), err.seek(0), name.seek(0)
        own = int(name.read())
        return Cost(ended.pop(own), out.read().decode("utf-8", "replace"), err.read().decode("utf-8", "replace"), cpu_ms,
                    time.monotonic() - began, max(peak_mb.values()), max((peak_mb[pid] for pid in ended), default=0))
