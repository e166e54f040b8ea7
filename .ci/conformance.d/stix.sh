# Bundles of STIX 2.1 against OASIS's validator: no error, and no warning but
# those that docs/SHARING.md explains.
set -euo pipefail

# 103: identifiers follow from what is said, so they are of version 5, not 4.
# 302: pages on the web are cited without a hash, for their bytes are not held.
# 202: the standard lets infrastructure consist of any observable; the validator
# knows those of the standard alone.
explained="\{103\} Given ID value|\{302\} External reference .* has a URL but no hash|\{202\} 'cryptocurrency-wallet' is permitted, but not a suggested relationship target object for 'infrastructure' objects with the 'consists-of' relationship"

validate() { stix2_validator --version 2.1 "$@" >"$OUT/said" 2>&1; }

bundles=("$OUT/record.json" "$OUT/own.json")
clew share stix --to "$OUT/record.json" >/dev/null
clew share stix share/stix/testdata/theft.yaml --tags cmd/clew/testdata/mine.yaml --tlp red --release victims --release notes --release persons --indicators cmd/clew/testdata/ways.csv --indicators cmd/clew/testdata/wayspartner.json --indicators cmd/clew/testdata/waysevents.json --indicators cmd/clew/testdata/waypackages.list --to "$OUT/own.json" >/dev/null
clew share stix --indicators cmd/clew/testdata/waysevents.json --indicators cmd/clew/testdata/wayspartner.json --tlp amber+strict --to "$OUT/ways.json" >/dev/null
bundles+=("$OUT/ways.json")
for tlp in green amber amber+strict; do
	clew share stix ronin-2022 zoth-2025 --tlp "$tlp" --release victims --to "$OUT/$tlp.json" >/dev/null
	bundles+=("$OUT/$tlp.json")
done

if ! validate "${bundles[@]}" || [ "$(grep -c 'STIX JSON: Valid' "$OUT/said")" -ne "${#bundles[@]}" ]; then
	echo "the validator refuses a bundle:"
	grep -vE "$explained" "$OUT/said" | head -n 40
	exit 1
fi
if grep 'Warning' "$OUT/said" | grep -vE "$explained"; then
	echo "these warnings are not explained in docs/SHARING.md"
	exit 1
fi
printf '%d bundles are valid; explained warnings, by code:%s\n' "${#bundles[@]}" "$(grep -oE '\{[0-9]+\}' "$OUT/said" | sort | uniq -c | tr -s ' \n' ' ')"

# The extension's own objects against its schema, as docs/SHARING.md prints it.
python3 - "${bundles[@]}" <<'PYTHON'
import json, re, sys
import jsonschema

schema = json.loads(re.search(r"```json\n(.*?)```", open("docs/SHARING.md").read(), re.S).group(1))
wallets = 0
for name in sys.argv[1:]:
    for o in json.load(open(name))["objects"]:
        if o["type"] == "cryptocurrency-wallet":
            jsonschema.validate(o, schema)
            wallets += 1
assert wallets > 0
print(wallets, "wallets are as docs/SHARING.md says")
PYTHON

# What is wrong must be refused, or all of this shows nothing.
sed 's/"relationship_type":"targets",//' "$OUT/own.json" >"$OUT/wrong.json"
if cmp -s "$OUT/own.json" "$OUT/wrong.json" || validate "$OUT/wrong.json"; then
	echo "the validator takes a bundle that is wrong"
	exit 1
fi
echo "a bundle that is wrong is refused"
