"""What the flow tests share: real processes on temporary endpoints, and patience instead of sleep.

A test is an executable file tests/flow/NN-name that exits 0, or 77 with a last line that says why it
can't run here. $XIANZHI is the program. Everything lives in one temporary folder and is ended at exit.
"""
import atexit, json, os, pathlib, shutil, signal, socket, subprocess, sys, tempfile, time

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = str((ROOT / os.environ.get("XIANZHI", "build/xianzhi")).resolve())
SAMPLES = ROOT / "tests/data/reports"
GOLD = ROOT.parent / "shared/gold"
STAGES = ("ingest", "segment", "extract", "aggregate")
PATIENCE = 120  # seconds; reached only by what hangs


def reports():
    """The sample reports, and the real ones where they are at hand."""
    return sorted(SAMPLES.glob("*.txt")) + sorted((GOLD / "real").glob("*.txt"))


def skip(why):
    print(why)
    sys.exit(77)


def check(condition, message):
    if not condition:
        sys.exit(f"FAILED: {message}")


def same(got, wanted, what):
    if got == wanted:
        return
    got_lines, wanted_lines = got.splitlines(), wanted.splitlines()
    for n, (a, b) in enumerate(zip(got_lines, wanted_lines), 1):
        if a != b:
            sys.exit(f"FAILED: {what} differ at line {n}:\n  got    {a[:600]}\n  wanted {b[:600]}")
    sys.exit(f"FAILED: {what}: {len(got_lines)} lines, wanted {len(wanted_lines)}")


def call(*args, code=0, stdin=None):
    """Runs xianzhi to its end; returns its stdout. `code` is the exit code it must have."""
    r = subprocess.run([PROGRAM, *map(str, args)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                       stdin=stdin or subprocess.DEVNULL, timeout=PATIENCE)
    out, err = r.stdout.decode("utf-8"), r.stderr.decode("utf-8", "replace")
    check(r.returncode == code, f"xianzhi {' '.join(map(str, args))}: exit {r.returncode}, wanted {code}\n{err[-2000:]}")
    call.stderr = err
    return out


def rows(text):
    return [json.loads(line) for line in text.splitlines()]


def key(row):
    return tuple(row.get(k) for k in ("indicator", "region", "township", "kind", "issuer", "year", "children_level"))


SOURCE = ("evidence", "version", "store", "rule", "section", "sha256", "catalogue", "origin", "state", "reviewed", "reviewed_by", "rollup")


def without_evidence(row):
    """The figure alone: not where it stands and who stands for it."""
    return {k: v for k, v in row.items() if k not in SOURCE}


class Pipeline:
    """A broker and worker processes in a folder of their own."""

    def __init__(self, transport="ipc", broker_args=()):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="xianzhi-flow-"))
        self.processes = {}
        self.broker_args = broker_args
        self.endpoint = f"ipc://{self.folder}/broker" if transport == "ipc" else f"tcp://127.0.0.1:{free_port()}"
        self.store = self.folder / "store"
        atexit.register(self.close)

    def start(self, name, *args):
        log = open(self.folder / f"{name}.log", "ab")
        self.processes[name] = subprocess.Popen([PROGRAM, *map(str, args)], stdout=log, stderr=log,
                                                stdin=subprocess.DEVNULL)
        return self.processes[name]

    def start_broker(self):
        return self.start("broker", "broker", "--data", self.folder / "data", "--bind", self.endpoint, *self.broker_args)

    def start_worker(self, stage, name=None, store=None):
        args = ["--store", store or self.store] if stage == "aggregate" else []
        return self.start(name or stage, "worker", stage, "--broker", self.endpoint, *args)

    def start_all(self, of_each=1):
        self.start_broker()
        for n in range(of_each):
            for stage in STAGES:
                self.start_worker(stage, f"{stage}-{n}")
        return self

    def kill(self, name, signal_number=signal.SIGKILL):
        process = self.processes.pop(name)
        process.send_signal(signal_number)
        return process.wait(PATIENCE)

    def submit(self, *paths, code=0, wait=True):
        return call("submit", "--broker", self.endpoint, *(["--wait"] if wait else []), *paths, code=code)

    def query(self, *args):
        return call("query", "--broker", self.endpoint, "--format", "jsonl", *args)

    def status(self):
        return json.loads(call("status", "--broker", self.endpoint, "--format", "json"))

    def log(self, name):
        return (self.folder / f"{name}.log").read_text("utf-8", "replace")

    def stop(self, name):
        """Ends a process politely and checks that it said goodbye."""
        code = self.kill(name, signal.SIGTERM)
        check(code == 0, f"{name} ended with {code} on SIGTERM:\n{self.log(name)[-2000:]}")

    def close(self):
        for process in self.processes.values():
            process.kill()
            process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def until(condition, what):
    """Asks again and again; the only waiting there is."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(0.02)
    sys.exit(f"FAILED: never happened: {what}")
