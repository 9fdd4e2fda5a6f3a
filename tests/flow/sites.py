"""What the proofs of several machines share (tests/prove): nodes of ours behind a cluster of RabbitMQ, a publisher that
goes on until all is confirmed, and the oracle: every store equals the truth."""
import pathlib
from ordeal import *
from rabbit import *

# Those of the deployment that small disks and this version's plugins don't stand in the way of.
SETTINGS = "".join(line for line in (ROOT / "deploy/cluster/rabbitmq.conf").read_text().splitlines(True)
                   if not line.startswith(("disk_free_limit", "prometheus")))


class Site(Pipeline):
    """A node of ours: what it runs, to be started again as it was. `within`: a command's first words, for its bridge."""

    def __init__(self, queue, uris, within=()):
        super().__init__()
        self.runs = {"broker": ("broker", "--data", self.folder / "data", "--bind", self.endpoint),
                     "reader": ("worker", "ingest,segment,extract", "--broker", self.endpoint),
                     "results": ("worker", "aggregate", "--broker", self.endpoint, "--store", self.store),
                     "bridge": ("bridge", "--amqp", uris, "--queue", queue, "--broker", self.endpoint)}
        self.queue, self.within = queue, list(within)
        for name in self.runs:
            self.again(name)

    def again(self, name):
        within = self.within if name == "bridge" else []
        with open(self.folder / f"{name}.log", "ab") as log:
            self.processes[name] = subprocess.Popen([*within, PROGRAM, *map(str, self.runs[name])], stdout=log, stderr=log,
                                                    stdin=subprocess.DEVNULL)

    def idle(self):
        return drained(self)

    def equals(self, truth):
        got, wanted = stripped(self.query()).splitlines(), stripped(truth).splitlines()
        others = [(g, w) for g, w in zip(got, wanted) if g != w]
        for g, w in others[:3]:
            print(f"  got    {g}\n  wanted {w}")
        dead = self.status()["dead"]["causes"]
        print(f"{self.queue}: {len(got)} rows, {len(others)} others than wanted; dead {dead}", flush=True)
        return got == wanted


class Publisher(threading.Thread):
    """So many reports a second until `hurry` is set, each chunk until all of it is confirmed."""

    def __init__(self, corpus, uris, rate, within=(), size=50):
        super().__init__(daemon=True)
        self.chunks, self.uris, self.rate, self.within = corpus.chunks(size), uris, rate, list(within)
        self.pauses, self.again, self.confirmed = [], 0, 0
        self.hurry = threading.Event()

    def submit(self, uris, paths, patience=20):
        """Whether all of them were confirmed."""
        command = [*self.within, PROGRAM, "submit", "--amqp", uris, *map(str, paths)]
        try:
            return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL,
                                  timeout=patience).returncode == 0
        except subprocess.TimeoutExpired:
            return False

    def run(self):
        due = time.monotonic()
        for chunk in self.chunks:
            began = time.monotonic()
            while not self.submit(self.uris, chunk):
                self.again += 1
            self.pauses.append(time.monotonic() - began)
            self.confirmed += len(chunk)
            due = max(due + len(chunk) / self.rate, time.monotonic())
            self.hurry.wait(max(0, due - time.monotonic()))


def queues(rabbit):
    """Messages of each queue, asked of whichever node answers; None: none does now."""
    for node in rabbit.nodes:
        if node.process and node.up():
            out = node.ctl("list_queues", "--no-table-headers", "--timeout", "10", "name", "messages", check_code=False)
            found = dict(line.split("\t") for line in out.splitlines() if line.count("\t") == 1)
            if found:
                return {name: int(n) if n.isdigit() else -1 for name, n in found.items()}
    return None


def start_sites(rabbit, names, within=lambda name: ()):
    """Sites whose queues have a copy on each node: a queue is made where few may be."""
    sites = [Site(name, rabbit.uris, within(name)) for name in names]
    until(lambda: set(names) <= set(queues(rabbit) or ()), "the bridges have made their queues")
    for node in rabbit.nodes[1:]:
        node.ctl("eval", 'rabbit_quorum_queue:grow(node(), <<".*">>, <<".*">>, all).')
    return sites


def await_all(rabbit, sites, seconds=300):
    """Until every queue is empty and every site idle."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = queues(rabbit)
        if found and not any(found.values()) and all(site.idle() for site in sites):
            return
        time.sleep(1)
    sys.exit(f"FAILED: not all has arrived: {queues(rabbit)}")
