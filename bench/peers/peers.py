"""Asks networkx or igraph what the benchmark asks its stores.

Usage: python3 peers.py networkx|igraph transfers.csv questions.json

Both hold the whole graph in memory. Figures and checksums go to standard
output as one line of JSON; exit status 3 says that the library is missing.
"""

import csv
import importlib
import json
import resource
import sys
import time

MASK = (1 << 64) - 1
HOPS = 5


def fold(h, x):
    """Mixes x into h, as the Go side's checksums do."""
    product = (h ^ 0x9E3779B97F4A7C15) * (x ^ 0xD1B54A32D192ED03)
    rotated = ((h << 23) | (h >> 41)) & MASK
    return rotated ^ (product >> 64) ^ (product & MASK) ^ (x * 0xFF51AFD7ED558CCD & MASK)


def address_hash(address):
    raw = bytes.fromhex(address)
    h = fold(0, int.from_bytes(raw[0:8], "little"))
    h = fold(h, int.from_bytes(raw[8:16], "little"))
    return fold(h, int.from_bytes(raw[16:20], "little"))


def answer(question, numbers):
    """Sums up numbers without regard to order."""
    rows = total = 0
    for n in numbers:
        rows += 1
        total = (total + fold(n, 0)) & MASK
    return {"Question": question, "Ordered": False, "Sum": {"rows": rows, "set": total, "list": 0}}


def read(path):
    """Yields position, time, asset, sender, recipient and amount."""
    with open(path, newline="") as f:
        for pos, seconds, asset, sender, recipient, amount in csv.reader(f):
            yield int(pos), int(seconds), int(asset), sender, recipient, int(amount)


class Networkx:
    """A directed multigraph; edges carry everything."""

    def __init__(self, nx, path):
        self.graph = nx.MultiDiGraph()
        self.graph.add_edges_from(
            (f, t, {"pos": pos, "time": seconds, "asset": asset, "amount": amount})
            for pos, seconds, asset, f, t, amount in read(path)
        )

    def out(self, address):
        if address not in self.graph:
            return
        for _, to, data in self.graph.out_edges(address, data=True):
            yield data["pos"], to

    def in_order(self):
        edges = [(d["pos"], d["asset"], f, t, d["amount"]) for f, t, d in self.graph.edges(data=True)]
        edges.sort()
        return edges


class Igraph:
    """A directed graph whose edges are in chain order."""

    def __init__(self, ig, path):
        self.number, self.name = {}, []
        edges, self.pos, self.asset, self.amount = [], [], [], []
        for pos, _, asset, f, t, amount in read(path):
            edges.append((self.vertex(f), self.vertex(t)))
            self.pos.append(pos)
            self.asset.append(asset)
            self.amount.append(amount)
        self.graph = ig.Graph(n=len(self.name), edges=edges, directed=True)

    def vertex(self, address):
        if address not in self.number:
            self.number[address] = len(self.name)
            self.name.append(address)
        return self.number[address]

    def out(self, address):
        if address not in self.number:
            return
        for edge in self.graph.es[self.graph.incident(self.number[address], mode="out")]:
            yield self.pos[edge.index], self.name[edge.target]

    def in_order(self):
        name = self.name
        edges = self.graph.get_edgelist()
        return ((self.pos[i], self.asset[i], name[f], name[t], self.amount[i]) for i, (f, t) in enumerate(edges))


def walk(graph, origin):
    """Earliest arrivals within five hops, each later than the one before."""
    arrival = {origin["to"]: origin["pos"]}
    level = dict(arrival)
    for _ in range(HOPS):
        following = {}
        for address, since in level.items():
            for pos, to in graph.out(address):
                if pos > since and pos < arrival.get(to, MASK):
                    arrival[to] = following[to] = pos
        level = following
    return arrival


def haircut(graph, origin):
    """Marked value after every native transfer, exactly, in proportion."""
    balance, marked = {}, {}
    begun = False
    for _, asset, f, t, amount in graph.in_order():
        if asset != 0:
            continue
        x = 0
        if marked.get(f):
            x = marked[f] * amount // balance[f]
            marked[f] -= x
        balance[f] = max(0, balance.get(f, 0) - amount)
        balance[t] = balance.get(t, 0) + amount
        if x:
            marked[t] = marked.get(t, 0) + x
        if not begun and t == origin["to"] and amount == origin["amount"]:
            begun = True
            marked[t] = amount
    return marked


def timed(work):
    start = time.perf_counter()
    result = work()
    return result, time.perf_counter() - start


def main():
    library, path, questions = sys.argv[1:4]
    try:
        module = importlib.import_module(library)
    except ImportError:
        print(f"the Python package {library} is not installed", file=sys.stderr)
        sys.exit(3)
    with open(questions) as f:
        asked = json.load(f)
    origin = {
        "to": bytes(asked["origin"]["to"]).hex(),
        "pos": asked["origin"]["pos"],
        "amount": sum(limb << 64 * i for i, limb in enumerate(asked["origin"]["amount"])),
    }
    kind = {"networkx": Networkx, "igraph": Igraph}[library]
    graph, building = timed(lambda: kind(module, path))
    arrival, walking = timed(lambda: walk(graph, origin))
    marked, cutting = timed(lambda: haircut(graph, origin))
    marked = {a: m for a, m in marked.items() if m}
    print(json.dumps({
        "Figures": {
            "ingest M/s": sum(1 for _ in read(path)) / building / 1e6,
            "five-hop walk ms": walking * 1e3,
            "haircut ms": cutting * 1e3,
        },
        "Answers": [
            answer("five-hop walk", (address_hash(a) ^ pos for a, pos in arrival.items())),
            answer("haircut", (address_hash(a) ^ (m & MASK) ^ ((m >> 64) << 1 & MASK) for a, m in marked.items())),
        ],
        "Resident": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    }))


main()
