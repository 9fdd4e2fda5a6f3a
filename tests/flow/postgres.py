"""A PostgreSQL of a test's own: in a temporary folder, reached by a unix socket there, run by somebody without
privileges. Skips where postgresql is not installed."""
import glob, pwd, shutil
from flow import *

FOLDERS = sorted(glob.glob("/usr/lib/postgresql/*/bin"), reverse=True) + [os.path.dirname(shutil.which("initdb") or "")]


class Postgres:
    def __init__(self, sync=False):
        self.sync = sync
        self.bin = next((f for f in FOLDERS if f and os.access(f"{f}/initdb", os.X_OK) and os.access(f"{f}/postgres", os.X_OK)), None)
        if not self.bin:
            skip("postgresql is not installed (deploy/install-deps --all)")
        self.who = {}
        if os.getuid() == 0:  # which PostgreSQL does not run as
            nobody = pwd.getpwnam("nobody")
            self.who = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="xianzhi-pg-"))
        if self.who:
            os.chown(self.folder, nobody.pw_uid, nobody.pw_gid)
        self.process = None
        atexit.register(self.close)
        self.tool("initdb", "-D", self.folder / "data", "-U", "xianzhi", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        self.dsn = f"host={self.folder} user=xianzhi dbname=postgres"
        self.start()

    def tool(self, name, *args):
        r = subprocess.run([f"{self.bin}/{name}", *map(str, args)], cwd=self.folder, stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, timeout=PATIENCE, env=os.environ | {"HOME": str(self.folder)}, **self.who)
        check(r.returncode == 0, f"{name}: {r.stdout.decode('utf-8', 'replace')}")
        return r.stdout.decode("utf-8")

    def start(self, wait=True):
        log = open(self.folder / "log", "ab")
        (self.folder / "data/postmaster.pid").unlink(missing_ok=True)  # of one that was killed
        self.process = subprocess.Popen([f"{self.bin}/postgres", "-D", self.folder / "data", "-k", self.folder, "-c", "listen_addresses=",
                                         "-c", f"fsync={'on' if self.sync else 'off'}"],  # killed processes lose nothing that they have written
                                        cwd=self.folder, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True, **self.who)
        if wait:
            until(lambda: self.sql("SELECT 1", fails=True) == "1", "PostgreSQL answers")

    def kill(self):
        """As a crash of the machine would: all its processes at once."""
        children = [int(pid) for pid in pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()]
        for pid in (self.process.pid, *children):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.process.wait()
        # who was born meanwhile ends by itself; until then the memory that they share is in use
        until(lambda: not any(ours(pid, self.folder) for pid in pathlib.Path("/proc").glob("[0-9]*")), "its processes are gone")

    def sql(self, question, fails=False):
        """What psql prints, unaligned; None if it may fail and does."""
        r = subprocess.run([f"{self.bin}/psql", "-d", self.dsn, "-AtqX", "-v", "ON_ERROR_STOP=1", "-c", question], cwd=self.folder,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, timeout=PATIENCE)
        if r.returncode and fails:
            return None
        check(r.returncode == 0, f"psql: {r.stderr.decode('utf-8', 'replace')}")
        return r.stdout.decode("utf-8").strip("\n")

    def rows(self):
        """Every published row as `query --format jsonl` has it, as far as tables hold it."""
        found = [json.loads(line) for table in ("value", "rollup") for line in self.sql(f"SELECT row_to_json(t) FROM xianzhi.{table} t").splitlines()]
        return [{k: v for k, v in r.items() if k != "region_name" or "value" in r} for r in found]  # JSON names no roll-up's region

    def close(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def ours(process, folder):
    """Whether it is a process of the server in that folder; one that ends while it is looked at is none."""
    try:
        return (process / "comm").read_text() == "postgres\n" and os.readlink(process / "cwd").startswith(f"{folder}/")
    except OSError:
        return False


def tabled(row):
    """A row of `query` as its table has it: a key has no null, a section is one text, the evidence shown is spread out."""
    row = {k: v for k, v in row.items()}
    if "evidence" in row:
        for k in ("path", "text", "sentence"):
            row[k] = row["evidence"][0][k] or None
        row["township"], row["issuer"] = row["township"] or "", row["issuer"] or ""
        row["section"] = " / ".join(row["section"]) or None
    return {k: v for k, v in row.items() if v is not None}


def fingerprint(some):
    """The same for the same rows, in whatever order."""
    return sorted(json.dumps({k: v for k, v in r.items() if v is not None}, sort_keys=True, ensure_ascii=False) for r in some)
