"""serve at scale: memory and CPU with nobody there, each of the API's questions by twenty users, filing beside them."""
import http.client, threading, urllib.parse
from probes import *

USERS = 20
PAUSE = 0.1  # seconds between a user's answer and the next question: ten pages a second of twenty people


class Serve:
    """xianzhi serve with an empty data folder, into which reports are submitted."""

    def __init__(self, folder):
        self.data, self.place = folder / "office", f"127.0.0.1:{free_port()}"
        self.endpoint = f"ipc://{self.data}/broker.sock"
        self.log = folder / "office.log"
        log = open(self.log, "ab")
        self.process = subprocess.Popen([PROGRAM, "serve", "--data", self.data, "--listen", self.place],
                                        stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        atexit.register(self.process.kill)
        until(self.answers, "serve answers")

    def answers(self):
        check(self.process.poll() is None, self.log.read_text("utf-8", "replace"))
        try:
            return self.ask(http.client.HTTPConnection(self.place, timeout=PATIENCE), "session")
        except OSError:
            return None

    def ask(self, connection, path):
        """One question; its text and milliseconds."""
        start = time.perf_counter()
        connection.request("GET", "/api/v1/" + urllib.parse.quote(path, safe="/?=&%*"))
        answer = connection.getresponse()
        text = answer.read()
        check(answer.status == 200, f"{path}: {answer.status} {text[:300]}")
        return text, (time.perf_counter() - start) * 1e3

    def file(self, corpus):
        """Reports a second, and cores that it kept busy."""
        start, before = time.monotonic(), cpu_s(self.process)
        r = subprocess.run([PROGRAM, "submit", "--broker", self.endpoint, "--wait", corpus.folder], capture_output=True)
        check(r.returncode in (0, 3), f"submit: exit {r.returncode}: {r.stderr.decode()[-2000:]}")
        seconds = time.monotonic() - start
        return corpus.reports / seconds, (cpu_s(self.process) - before) / seconds

    def close(self):
        self.process.terminate()
        self.process.wait(PATIENCE)
        shutil.rmtree(self.data)


def questions(serve):
    """One of each kind, as the pages ask them, by what they are."""
    connection = http.client.HTTPConnection(serve.place, timeout=PATIENCE)
    document = json.loads(serve.ask(connection, "documents?limit=1")[0])["documents"][0]
    region, year = document["region"], document["year"]
    province = region[:2] + "0000"
    return {
        "status": "status",
        "an indicator's ranking": f"values?indicator=litigation.cases&year={year}&sort=value&limit=50",
        "a county's values": f"values?region={region}&year={year}",
        "a province's roll-ups": f"rollups?region={province}&year={year}",
        "who of a province has reported": f"coverage?region={province}&year={year}",
        "contradictions": "audits?limit=50",
        "documents": "documents?limit=50",
        "a document": f"documents/{document['sha256']}",
        "what a person should look at": "review?limit=50",
        "decisions": "decisions?limit=50",
        "recent changes": "recent",
        "what could not be read": "dead?limit=50",
    }


class Users:
    """Twenty people who ask one thing after another until they are stopped."""

    def __init__(self, serve):
        self.serve, self.asked = serve, questions(serve)
        self.waits = {what: [] for what in self.asked}
        self.stopped, self.failed = threading.Event(), []
        self.threads = [threading.Thread(target=self.use, args=(n,), daemon=True) for n in range(USERS)]
        for thread in self.threads:
            thread.start()

    def use(self, at):
        connection, asked = http.client.HTTPConnection(self.serve.place, timeout=PATIENCE), list(self.asked.items())
        while not self.stopped.wait(PAUSE):
            what, path = asked[at % len(asked)]
            at += 1
            try:
                self.waits[what].append(self.serve.ask(connection, path)[1])
            except (OSError, http.client.HTTPException, SystemExit) as e:
                self.failed.append(f"{path}: {e}")
                return

    def stop(self, table):
        self.stopped.set()
        for thread in self.threads:
            thread.join()
        for what in self.failed:
            table.fail(f"a user of the office: {what}")
        return self.waits


def caught_up(serve):
    """Until its pages know all that has changed: it has nothing more to do."""
    start, busy = time.monotonic(), True
    while busy:
        before = cpu_s(serve.process)
        time.sleep(2)
        busy = cpu_s(serve.process) - before > 0.1
    return time.monotonic() - start


def measure_office(table, folder, many, quiet, busy):
    serve = Serve(folder)
    empty = memory_mib(serve.process, "VmRSS")
    table.add(f"serve takes in {many.reports:,} reports", serve.file(many)[0], "reports/s")
    table.add("its memory then, at most", memory_mib(serve.process), "MiB", "empty", empty)
    table.add("its pages have caught up after", caught_up(serve), "s")
    before, start = cpu_s(serve.process), time.monotonic()
    time.sleep(20)
    table.add("CPU of serve, nobody there", (cpu_s(serve.process) - before) / (time.monotonic() - start) * 100, "% of a core")
    table.add("memory of serve, nobody there", memory_mib(serve.process, "VmRSS"), "MiB", "empty", empty)
    users = Users(serve)
    before, start = cpu_s(serve.process), time.monotonic()
    time.sleep(60)
    used = (cpu_s(serve.process) - before) / (time.monotonic() - start) * 100
    waits = users.stop(table)
    table.keep("office-ms", [(what, wait) for what, of in waits.items() for wait in of])
    table.add(f"CPU of serve, {USERS} users", used, "% of a core")
    for what, of in waits.items():
        table.add(f"{what}, {USERS} users, p99", quantile(of, 0.99), "ms", "p50", quantile(of, 0.5))
    alone, _ = serve.file(quiet)
    users = Users(serve)
    beside, cores = serve.file(busy)
    waits = users.stop(table)
    table.add(f"serve takes in reports beside {USERS} users", beside, "reports/s", "without", alone)
    table.add("CPU of serve then", cores * 100, "% of a core")
    table.add("an answer then, p99", quantile([w for of in waits.values() for w in of], 0.99), "ms", "p50",
              quantile([w for of in waits.values() for w in of], 0.5))
    table.add("memory of serve then, at most", memory_mib(serve.process), "MiB")
    serve.close()
