"""Servers of RabbitMQ of a test's own: names, ports, folders and epmd that nobody else has, ended with the test.

Cluster(n) starts n nodes, which find each other as those of deploy/cluster do; node.kill(), .start(), .freeze(), .thaw().
With a Switch (wires.py) each is on its host of that. Skips where there is none."""
import pathlib
from flow import *

CLASSIC = "cluster_formation.peer_discovery_backend = classic_config\n"
BIN = pathlib.Path("/usr/lib/rabbitmq/bin")


class Node:
    def __init__(self, cluster, number, host=None, switch=None):
        self.cluster, self.process = cluster, None
        self.address = switch.addresses[host] if switch else "127.0.0.1"
        self.within = switch.command(host) if switch else []
        self.name = f"n{number}@{self.address if switch else 'localhost'}"
        self.port, self.dist, self.folder = free_port(), free_port(), cluster.folder / f"rabbit-{number}"
        self.folder.mkdir()
        cluster.prepare(self.folder)
        self.log = self.folder / "out"
        self.epmd = subprocess.Popen([*self.within, "epmd", "-port", str(cluster.epmd), "-address", self.address],
                                     stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) if switch or not number else None

    def env(self):
        return {**os.environ, "HOME": str(self.cluster.folder), "LC_ALL": "C.UTF-8",
                "ERL_EPMD_PORT": str(self.cluster.epmd), "ERL_EPMD_ADDRESS": self.address,
                "RABBITMQ_NODENAME": self.name, "RABBITMQ_NODE_PORT": str(self.port),
                "RABBITMQ_NODE_IP_ADDRESS": self.address, "RABBITMQ_USE_LONGNAME": str(bool(self.within)).lower(), "RABBITMQ_DIST_PORT": str(self.dist),
                "RABBITMQ_MNESIA_BASE": str(self.folder), "RABBITMQ_LOG_BASE": str(self.folder),
                "RABBITMQ_PID_FILE": str(self.folder / "pid"), "RABBITMQ_CONFIG_FILE": str(self.cluster.config),
                "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.cluster.plugins),
                "RABBITMQ_GENERATED_CONFIG_DIR": str(self.folder), "RABBITMQ_SCHEMA_DIR": str(self.folder),
                "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": f"-setcookie {self.cluster.cookie} +S 1:1 +sbwt none "
                                                       f"-kernel inet_dist_use_interface {{{self.address.replace('.', ',')}}}",
                "RABBITMQ_CTL_ERL_ARGS": f"-setcookie {self.cluster.cookie} +S 1:1 +sbwt none"}

    def start(self):
        """Doesn't wait: a node that knows others waits for them."""
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([*self.within, str(BIN / "rabbitmq-server")], env=self.env(), stdout=log, stderr=log,
                                            stdin=subprocess.DEVNULL, cwd=self.folder, start_new_session=True)

    def ctl(self, *args, check_code=True):
        r = subprocess.run([*self.within, str(BIN / "rabbitmqctl"), "-q", *args], env=self.env(), capture_output=True, text=True,
                           timeout=PATIENCE, stdin=subprocess.DEVNULL, cwd=self.folder)
        check(not check_code or r.returncode == 0, f"rabbitmqctl {' '.join(args)}: {r.stdout[-500:]}{r.stderr[-1500:]}")
        return r.stdout

    def running(self):
        """Names of the nodes that it sees."""
        return json.loads(self.ctl("cluster_status", "--formatter", "json"))["running_nodes"]

    def publish(self, body, count=1, **headers):
        """What no program of ours would: `body` is an Erlang term."""
        table = ",".join(f'{{<<"{name}">>,long,{value}}}' if isinstance(value, int) else f'{{<<"{name}">>,longstr,<<"{value}">>}}'
                         for name, value in headers.items())
        self.ctl("eval", f'X = rabbit_misc:r(<<"/">>, exchange, <<"xianzhi">>), B = {body}, [ok = rabbit_basic:publish('
                         f'X, <<>>, [{{delivery_mode, 2}}, {{headers, [{table}]}}], B) || _ <- lists:seq(1, {count})].')

    def up(self):
        there = f"exec 3<>/dev/tcp/{self.address}/{self.port}"
        return subprocess.run([*self.within, "bash", "-c", there], stderr=subprocess.DEVNULL).returncode == 0

    def beams(self):
        """The session's processes: the script, the machine, its port programs."""
        return [int(p.name) for p in pathlib.Path("/proc").iterdir()
                if p.name.isdigit() and self.process and session_of(p) == self.process.pid]

    def signal(self, number):
        for pid in self.beams():
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                pass

    def kill(self):
        if self.process:
            self.signal(signal.SIGKILL)
            self.process.wait(PATIENCE)
            until(lambda: not self.beams(), f"{self.name} is gone")
            self.process = None

    def freeze(self):
        self.signal(signal.SIGSTOP)

    def thaw(self):
        self.signal(signal.SIGCONT)

    @property
    def uri(self):
        return f"amqp://guest:guest@{self.address}:{self.port}/%2f"


def session_of(process):
    try:
        return int((process / "stat").read_text().rsplit(")", 1)[1].split()[3])
    except (OSError, IndexError, ValueError):
        return 0


class Cluster:
    def __init__(self, nodes=1, config="", plugins=(), switch=None, prepare=lambda folder: None):
        """`prepare`: is given the folder of each node before it starts."""
        if not (BIN / "rabbitmq-server").exists():
            skip("rabbitmq-server is not installed (deploy/install-deps --all)")
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="xianzhi-rabbit-"))
        self.prepare, self.epmd, self.cookie = prepare, free_port(), f"xianzhi{os.getpid()}"
        atexit.register(self.close)
        (self.folder / ".erlang.cookie").write_text(self.cookie)
        (self.folder / ".erlang.cookie").chmod(0o400)
        self.config = self.folder / "rabbitmq.conf"
        self.plugins = self.folder / "plugins"
        self.plugins.write_text(f"[{','.join(plugins)}].\n")
        self.nodes = [Node(self, n, f"rabbit-{n}", switch) for n in range(nodes)]
        found = [f"cluster_formation.classic_config.nodes.{n} = {node.name}\n" for n, node in enumerate(self.nodes, 1)]
        self.config.write_text("loopback_users = none\nlog.console = false\n" + config + (CLASSIC + "".join(found)) * (nodes > 1))
        for node in self.nodes:
            node.start()
        for node in self.nodes:
            until(lambda: node.up() or node.process.poll() is not None, f"{node.name} listens")
            check(node.process.poll() is None, f"{node.name} ended:\n{node.log.read_text()[-2000:]}")
            node.ctl("await_startup")  # it listens before it knows all that it has
        until(lambda: len(self.nodes[0].running()) == nodes, "they are a cluster")

    @property
    def uris(self):
        return ",".join(node.uri for node in self.nodes)

    def close(self):
        for node in getattr(self, "nodes", []):
            node.thaw()
            node.kill()
            if node.epmd:
                node.epmd.kill()
                node.epmd.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
