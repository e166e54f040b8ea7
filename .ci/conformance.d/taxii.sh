# The TAXII 2.1 server against OASIS's client: discovery, collections, paging,
# every filter, adding objects, what became of them, errors. The server listens
# on this machine alone, at a port that it is given.
set -euo pipefail

work="$OUT/taxii"
mkdir -p "$work"
# Of a user the key is kept by whoever asks, and its hash by the server.
user() {
	clew taxii user "$@" --json >"$work/user.json"
	python3 - "$work" "$1" <<'PYTHON'
import json, sys
user = json.load(open(sys.argv[1] + "/user.json"))
open(sys.argv[1] + "/key." + sys.argv[2], "w").write(user["key"])
print(f"- {json.dumps({k: user[k] for k in ('name', 'keyHash', 'read', 'write') if k in user})}")
PYTHON
}
{
	echo "users:"
	user partner --read all --write inbox
	user reader --read record
} >"$work/users.yaml"

# A collection of one's own bundle, in which one object is marked red.
clew share stix ronin-2022 --tlp green --to "$work/green.json" >/dev/null
clew share stix harmony-2022 --tlp red --to "$work/red.json" >/dev/null
cat >"$work/serve.yaml" <<YAML
collections:
- {name: record, title: The record, tlp: clear, record: true}
- {name: own, title: A case, tlp: amber, bundles: [green.json, red.json]}
- {name: inbox, title: Inbox, tlp: amber+strict, inbox: true}
YAML

start() {
	clew taxii serve --listen 127.0.0.1:0 --dir "$work/held" --collections "$work/serve.yaml" --users "@$work/users.yaml" >"$work/answer" 2>"$work/log" &
	server=$!
	for _ in $(seq 100); do
		url=$(grep -oE 'http://[^;]*/taxii2/' "$work/log" || true)
		[ -z "$url" ] || return 0
		kill -0 "$server" 2>/dev/null || break
		sleep 0.1
	done
	cat "$work/log"
	exit 1
}
stop() { kill -INT "$server" 2>/dev/null && wait "$server"; }
trap 'kill "$server" 2>/dev/null || true' EXIT

start
grep -q 'left out, marked stricter' "$work/log" || { echo "what is red was not left out of a collection that is amber"; exit 1; }
python3 .ci/conformance.d/taxii.py "$url" "$work" first
stop || { echo "an interrupt is no clean end"; exit 1; }
start
python3 .ci/conformance.d/taxii.py "$url" "$work" again
# A key must be nowhere but with whoever has it.
if grep -qFf "$work/key.partner" "$work/log" "$work/answer" "$work/users.yaml" || grep -rqFf "$work/key.partner" "$work/held"; then
	echo "a key was written down"
	exit 1
fi
stop || { echo "an interrupt is no clean end"; exit 1; }
