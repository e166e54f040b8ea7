# TagPacks against tagpack-tool, the field's own, with the taxonomies that come
# in its package, so that it asks nobody: schema, types, concepts, kinds of
# evidence, and checksums of addresses where it knows the coin. Not tried are the
# checks that want a database of its own: its inserts, and its measures of quality.
set -euo pipefail

packs="$OUT/packs"
mkdir -p "$packs"
clew share tagpack --to "$packs/record.yaml" --json >"$OUT/tagpack-record.said"
clew share tagpack share/stix/testdata/theft.yaml --tags cmd/clew/testdata/mine.yaml --tlp green --release victims --to "$packs/own.yaml" --json >"$OUT/tagpack-own.said"
clew tags export cmd/clew/testdata/mine.yaml --to "$packs/mine.yaml" >/dev/null
cat >"$OUT/chains.yaml" <<'YAML'
title: Of many chains
creator: A test
source: https://example.org/
confidence: heuristic
lastmod: 2024-05-06
label: "="
is_cluster_definer: false
tags:
  - {address: "0x098B716B8Aaf21512996dC57EB0615e2383E2f96", chain: ethereum, context: '{"a": 1}'}
  - {address: "0x098B716B8Aaf21512996dC57EB0615e2383E2f96", chain: base}
  - {address: "0x098B716B8Aaf21512996dC57EB0615e2383E2f96", chain: arbitrum}
  - {address: "0x098B716B8Aaf21512996dC57EB0615e2383E2f96", chain: bnb}
  - {address: bc1qazcm763858nkj2dj986etajv6wquslv8uxwczt, chain: bitcoin}
  - {address: TV92VkrHpim1MN58GNC5RfUWVUmNTPRwGA, chain: tron}
YAML
clew tags export "$OUT/chains.yaml" --to "$packs/chains.yaml" >/dev/null
mine=$(ls "$packs" | wc -l)
real="${CLEW_DATA:-../shared/data}/tagpacks/packs"
if [ -d "$real" ]; then
	find "$real" -name '*.yaml' -size -40k | while read -r file; do
		# It ends with 2 where a pack of others has an issue, and writes the sound tags all the same.
		clew tags export "$file" --to "$packs/real-$(basename "$file")" >/dev/null || [ $? -le 2 ]
		[ -s "$packs/real-$(basename "$file")" ] || { echo "clew does not export $file"; exit 1; }
	done
	echo "$(($(ls "$packs" | wc -l) - mine)) packs of others are exported again"
else
	echo "no packs of others are here: they are not tried"
fi

tagpack-tool tagpack validate "$packs" >"$OUT/said" 2>&1 || { grep -A3 FAILED "$OUT/said" || tail -n 20 "$OUT/said"; exit 1; }
grep -E 'TagPacks passed' "$OUT/said"
! grep -E 'Possible invalid|contains whitespace' "$OUT/said" || { echo "the tool doubts an address"; exit 1; }

python3 - "$OUT" "$packs" <<'PYTHON'
import contextlib, io, json, sys
from pathlib import Path
from tagpack.cli import DEFAULT_CONFIG, _load_taxonomies
from tagpack.tagpack import TagPack
from tagpack.tagpack_schema import TagPackSchema

out, packs = Path(sys.argv[1]), Path(sys.argv[2])
with contextlib.redirect_stdout(io.StringIO()):
    taxonomies, schema = _load_taxonomies(DEFAULT_CONFIG), TagPackSchema()
    load = lambda path: TagPack.load_from_file("", str(path), schema, taxonomies, None)
    record, own, chains = load(packs / "record.yaml"), load(packs / "own.yaml"), load(packs / "chains.yaml")
for pack, name, public in ((record, "record", True), (own, "own", False)):
    said = json.loads((out / f"tagpack-{name}.said").read_text())
    assert len(pack.tags) == said["written"] > 0, (len(pack.tags), said)
    assert pack.contents.get("is_public", True) == public
    for t in pack.tags:
        f = t.all_fields
        assert f["source"] and f["confidence"] and json.loads(f["context"])["clew"]["tlp"] in ("clear", "green"), f
assert {(t.all_fields["currency"], t.all_fields["network"]) for t in chains.tags} == {
    ("ETH", "ETH"), ("ETH", "eip155:8453"), ("ETH", "ARB"), ("BSC", "BSC"), ("BTC", "BTC"), ("TRX", "TRX")}, [t.all_fields for t in chains.tags]
print(f"record: {len(record.tags)} tags of {len({t.all_fields['address'] for t in record.tags})} addresses, as clew says; each chain is told")
PYTHON

# What is wrong must be refused, or all of this shows nothing.
mkdir -p "$OUT/wrong"
sed 's/service_hack/no_such_concept/' "$packs/record.yaml" >"$OUT/wrong/p.yaml"
if cmp -s "$packs/record.yaml" "$OUT/wrong/p.yaml" || tagpack-tool tagpack validate "$OUT/wrong" >/dev/null 2>&1; then
	echo "the tool takes a pack that is wrong"
	exit 1
fi
echo "a pack that is wrong is refused"
