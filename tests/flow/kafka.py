"""A Kafka of a test's own: librdkafka's mock cluster in a process of its own (tests/kafka/cluster.c). Skips where it
was not built."""
from flow import *


class Kafka:
    def __init__(self, brokers=3, topic="rows", partitions=3):
        if pathlib.Path(PROGRAM).parent.name.startswith("thread"):
            skip("ThreadSanitizer doesn't know of C11's threads, which librdkafka has: it ends at the first")
        program = pathlib.Path(PROGRAM).parent / "kafka-cluster"
        if not program.exists():
            skip(f"{program} was not built (make unit)")
        self.topic = topic
        self.process = subprocess.Popen([program, str(brokers), topic, str(partitions)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        atexit.register(self.close)
        self.brokers = self.process.stdout.readline().strip()
        check(self.brokers, "the cluster starts")

    def tell(self, line):
        print(line, file=self.process.stdin, flush=True)
        return self.process.stdout.readline().strip()

    def last(self, folder):
        """Key → value of each key's last record but tombstones, and without the watermark; how many records; the watermark."""
        path = folder / "last"
        records = int(self.tell(f"last {path}").split()[0])
        pairs = dict(line.split("\t") for line in path.read_text("utf-8").splitlines())
        mark = pairs.pop('{"watermark": "xianzhi"}', None)
        return pairs, records, mark and json.loads(mark)

    def close(self):
        self.process.kill()
        self.process.wait()
