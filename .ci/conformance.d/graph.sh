# Graphs against networkx: it reads the GraphML, and nodes, edges and the sums of
# amounts are those of clew's answer in JSON, to the unit; so are they in CSV.
set -euo pipefail

for policy in fifo haircut taint-first; do
	clew trace incident:ronin-2022 --policy "$policy" --json --out "$OUT/graph-$policy.json" --graph "$OUT/graph-$policy.graphml"
	clew trace incident:ronin-2022 --policy "$policy" --quiet --out "$OUT/graph-$policy.txt" --graph "$OUT/graph-$policy.csv"
done
clew trace incident:ronin-2022 --json --out "$OUT/graph-open.json" --graph "$OUT/graph-open.graphml" --victims

python3 - "$OUT" fifo haircut taint-first <<'PYTHON'
import collections, csv, json, sys
from pathlib import Path
import networkx as nx

out = Path(sys.argv[1])
for policy in sys.argv[2:]:
    g = nx.read_graphml(out / f"graph-{policy}.graphml", force_multigraph=True)
    answer = json.loads((out / f"graph-{policy}.json").read_text())["result"]
    want, got = collections.Counter(), collections.Counter()
    addresses, single = set(), 0
    for u in answer["uses"]:
        t = u["transfer"]
        ends = [l.get("address", "") for l in t["from"] + t["to"]]
        addresses |= set(ends) - {""}
        assert len(t["from"]) == len(t["to"]) == 1
        single += 1
        want[t["asset"], "amount"] += int(t["from"][0]["amount"])
        want[t["asset"], "marked"] += int(u["amount"])
    for u, v, d in g.edges(data=True):
        assert d["rests_on"] in ("fact", "claim", "inferred"), d
        if d["kind"] == "transfer":
            got[d["asset"], "amount"] += int(d["amount"])
            got[d["asset"], "marked"] += int(d["marked"])
            assert abs(d["amount_display"] * 10**18 - int(d["amount"])) < 10**9 or d["symbol"] != "ETH", d
    assert want == got and want, (want, got)
    transfers = [d for _, _, d in g.edges(data=True) if d["kind"] == "transfer"]
    assert len(transfers) == single, (len(transfers), single)
    known = {d["address"] for _, d in g.nodes(data=True) if d["kind"] == "address"}
    hidden = [n for n, d in g.nodes(data=True) if d["kind"] == "victim"]
    placed = {p["address"] for p in answer["places"] if p.get("address")}
    wanted = {a.rsplit(":", 1)[1] for a in addresses | placed}
    assert len(hidden) == 1 and len(known) == len(wanted) - 1 and known < wanted, (len(known), len(wanted), hidden)
    for u, v, d in g.edges(data=True):
        if hidden[0] in (u, v):
            assert "tx" not in d and "position" not in d, d
    nodes = list(csv.DictReader((out / f"graph-{policy}.nodes.csv").open()))
    edges = list(csv.DictReader((out / f"graph-{policy}.edges.csv").open()))
    assert {r["id"] for r in nodes} == set(g.nodes) and len(edges) == g.number_of_edges()
    again = collections.Counter()
    for r in edges:
        if r["kind"] == "transfer":
            again[r["asset"], "amount"] += int(r["amount"])
            again[r["asset"], "marked"] += int(r["marked"])
    assert again == want
    reach = nx.descendants(g, hidden[0])
    print(f"{policy}: {g.number_of_nodes()} nodes, {g.number_of_edges()} edges, {sum(want.values())} units moved and marked, as clew says; {len(reach)} nodes are reached from the victim")
opened = nx.read_graphml(out / "graph-open.graphml")
assert not [n for n, d in opened.nodes(data=True) if d["kind"] == "victim"]

# What is wrong must be refused, or all of this shows nothing.
(out / "wrong.graphml").write_text((out / "graph-fifo.graphml").read_text().replace("</node>", "", 1))
try:
    nx.read_graphml(out / "wrong.graphml")
except Exception:
    print("a graph that is wrong is refused")
else:
    sys.exit("networkx takes a graph that is wrong")
PYTHON
