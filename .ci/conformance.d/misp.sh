# Events of MISP against pymisp, the library of those who make MISP: every event
# loads, every object is as its template says, and what it holds is what clew
# says and reads back.
set -euo pipefail

clew share misp --to "$OUT/misp-record.json" --json >"$OUT/misp-record.said"
clew share misp share/stix/testdata/theft.yaml --tags cmd/clew/testdata/mine.yaml --tlp red --release victims --release notes --release persons --indicators cmd/clew/testdata/ways.csv --indicators cmd/clew/testdata/wayspartner.json --indicators cmd/clew/testdata/waysevents.json --to "$OUT/misp-own.json" --json >"$OUT/misp-own.said"
clew share misp ronin-2022 --tlp amber+strict --to "$OUT/misp-one.json" --json >"$OUT/misp-one.said"
clew share misp --indicators cmd/clew/testdata/waysevents.json --indicators cmd/clew/testdata/waypackages.list --tlp red --to "$OUT/misp-ways.json" --json >"$OUT/misp-ways.said"
for name in record own one ways; do
	clew share read "$OUT/misp-$name.json" --json >"$OUT/misp-$name.read"
done

python3 - "$OUT" <<'PYTHON'
import json, logging, sys
from pathlib import Path
from pymisp import MISPEvent, MISPObject
from pymisp.exceptions import PyMISPError

out = Path(sys.argv[1])

class Refuse(logging.Handler):  # pymisp warns where it does not know what it is given
    def emit(self, record):
        raise AssertionError(record.getMessage())

logging.getLogger("pymisp").addHandler(Refuse())

def load(name):
    file = json.loads((out / f"misp-{name}.json").read_text())
    events = []
    for one in file.get("response", [file]):
        e = MISPEvent()
        e.load(json.loads(json.dumps(one)))
        events.append(e)
    return events

sought = {"domain", "url", "ip-dst", "email-src", "md5", "sha256", "stix2-pattern"}  # of the way in
for name, marking in (("record", "clear"), ("own", "red"), ("one", "amber+strict"), ("ways", "red")):
    events = load(name)
    said = json.loads((out / f"misp-{name}.said").read_text())
    read = json.loads((out / f"misp-{name}.read").read_text())
    addresses, uuids, attributes = set(), [], 0
    for e in events:
        assert f"tlp:{marking}" in [t.name for t in e.tags], e.uuid
        assert e.distribution == 0 and not e.published and len(e.info) <= 256, e.uuid
        uuids.append(e.uuid)
        for a in e.attributes:
            uuids.append(a.uuid)
            assert not a.to_ids or a.type in sought and not a.deleted, (a.type, a.value)
            assert a.type not in sought or a.notes and all(n.authors and n.note for n in a.notes), a.value
        attributes += len(e.attributes)
        for o in e.objects:
            assert o._known_template, (o.name, "is of no template that pymisp knows, in this version")
            blank = MISPObject(o.name, strict=True)
            for a in o.attributes:
                blank.add_attribute(a.object_relation, a.value)  # refuses a relation that the template has not
                assert blank.attributes[-1].type == a.type and not a.to_ids, (o.name, a.object_relation)
                uuids.append(a.uuid)
            blank.to_dict(strict=True)  # refuses what the template wants and is missing, and what it has once and stands there twice
            attributes += len(o.attributes)
            uuids.append(o.uuid)
            if o.name == "coin-address":
                where = [a.value for a in o.attributes if a.object_relation in ("address", "address-crypto")]
                chain = [a.value for a in o.attributes if a.object_relation == "text"]
                assert len(where) == 1 and len(chain) == 1, o.uuid
                assert o.notes and all(n.authors and n.note for n in o.notes), o.uuid
                addresses |= {f"{chain[0]}:{where[0]}"}
    assert len(uuids) == len(set(uuids)), "an identifier stands there twice"
    counts = (len(events), sum(len(e.objects) for e in events), attributes)
    assert counts == (said["events"], said["objects"], said["attributes"]), (counts, said)
    claimed = {t["subject"] for t in read.get("claims", [])}
    assert claimed == addresses and (addresses or name == "ways"), claimed ^ addresses
    if name in ("own", "ways"):
        listed = {a.value for e in events for a in e.attributes if a.to_ids}
        assert "evil.example" in listed and "www.victim.example" not in listed and "https://old.example/x" not in listed, listed
        print(f"{name}: {len(listed)} values are to be looked for")
    print(f"{name}: {counts[0]} events, {counts[1]} objects, {counts[2]} attributes, {len(addresses)} addresses, as clew says")

# What is wrong must be refused, or all of this shows nothing.
wrong = json.loads((out / "misp-one.json").read_text())
del wrong["Event"]["info"]
try:
    MISPEvent().load(wrong)
except PyMISPError:
    print("an event that is wrong is refused")
else:
    sys.exit("pymisp takes an event that is wrong")

# And what pymisp writes is read.
made = MISPEvent()
made.info = "Made by pymisp"
made.add_tag("tlp:green")
made.add_attribute("btc", "bc1qazcm763858nkj2dj986etajv6wquslv8uxwczt", comment="ransom")
made.add_attribute("domain", "evil.example")
made.add_attribute("hostname", "www.victim.example", to_ids=False)
made.add_attribute("filename|sha256", "offer.pdf|e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
o = made.add_object(name="coin-address")
o.add_attribute("address-crypto", "0x098B716B8Aaf21512996dC57EB0615e2383E2f96")
o.add_attribute("symbol", "ETH")
(out / "misp-theirs.json").write_text(made.to_json())
PYTHON
clew share read "$OUT/misp-theirs.json" --json >"$OUT/misp-theirs.read"
clew indicators read "$OUT/misp-theirs.json" --json >"$OUT/misp-theirs.ways"
python3 - "$OUT/misp-theirs.read" "$OUT/misp-theirs.ways" <<'PYTHON'
import json, sys
read = json.load(open(sys.argv[1]))
got = sorted(t["subject"] for t in read["claims"])
assert got == ["bip122:000000000019d6689c085ae165831e93:bc1qazcm763858nkj2dj986etajv6wquslv8uxwczt", "eip155:1:0x098B716B8Aaf21512996dC57EB0615e2383E2f96"], got
assert read["strictestMarking"] == "green" and all(t["private"] and t["status"] == "alleged" for t in read["claims"]), read
print("what pymisp writes is read: 2 claims, private, for it is marked green")
ways = {i["value"]: (i.get("observed", False), i.get("marking")) for i in json.load(open(sys.argv[2]))["indicators"]}
assert ways == {"evil.example": (False, "green"), "www.victim.example": (True, "green"), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855": (False, "green")}, ways
print("and 3 values of the way in, one of them merely observed")
PYTHON
