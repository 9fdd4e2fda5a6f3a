"""A switch between network namespaces on this machine: every host has one interface, and all packets
pass through this process, which delays them, loses some, or cuts a host off. Needs root; nothing of
the kernel but tun devices, so that it also works where there is no netem.
"""
import fcntl, heapq, os, random, select, struct, subprocess, threading, time

TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
NET = "10.77.83"
MTU = 9000


class Switch(threading.Thread):
    """`hosts`: names. OSError or CalledProcessError where namespaces are not permitted."""

    def __init__(self, hosts, seed):
        super().__init__(daemon=True)
        self.dice = random.Random(seed)
        self.delay_s, self.loss = 0.0, 0.0
        self.cut = set()  # hosts, or (from, to)
        self.fds, self.addresses, self.spaces = {}, {}, {}
        self.passed = self.lost = 0
        self.queue = []
        self.closed = False
        for n, host in enumerate(hosts, 1):
            self.add(host, n)
        self.start()

    def add(self, host, n):
        space, device = f"xianzhi-{os.getpid()}-{host}", f"xz{os.getpid() % 100000}x{n}"
        self.ip("netns", "add", space)
        self.spaces[host] = space
        fd = os.open("/dev/net/tun", os.O_RDWR)
        self.fds[host] = fd
        fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH22x", device.encode(), IFF_TUN | IFF_NO_PI))
        self.addresses[host] = f"{NET}.{n}"
        self.ip("link", "set", device, "netns", space)
        self.ip("-n", space, "addr", "add", f"{NET}.{n}/24", "dev", device)
        self.ip("-n", space, "link", "set", device, "mtu", str(MTU), "up")
        self.ip("-n", space, "link", "set", "lo", "up")

    @staticmethod
    def ip(*args):
        subprocess.run(["ip", *args], check=True, capture_output=True)

    def command(self, host, *args):
        return ["ip", "netns", "exec", self.spaces[host], *map(str, args)]

    def run(self):
        try:
            self.carry()
        except OSError:
            if not self.closed:
                raise

    def carry(self):
        hosts = {fd: host for host, fd in self.fds.items()}
        by_address = {bytes(map(int, a.split("."))): host for host, a in self.addresses.items()}
        while True:
            wait = max(0, self.queue[0][0] - time.monotonic()) if self.queue else 0.2
            for fd in select.select(list(hosts), [], [], wait)[0]:
                packet = os.read(fd, MTU + 100)
                to = by_address.get(packet[16:20]) if packet[0] >> 4 == 4 else None
                if to is not None:
                    self.take(packet, hosts[fd], to)
            while self.queue and self.queue[0][0] <= time.monotonic():
                _, _, packet, to = heapq.heappop(self.queue)
                os.write(self.fds[to], packet)

    def take(self, packet, source, to):
        if {source, to, (source, to)} & self.cut or self.dice.random() < self.loss:
            self.lost += 1
            return
        self.passed += 1
        heapq.heappush(self.queue, (time.monotonic() + self.delay_s, self.passed, packet, to))

    def close(self):
        self.closed = True
        for space in self.spaces.values():
            subprocess.run(["ip", "netns", "del", space], capture_output=True)
