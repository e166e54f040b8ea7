"""What an independent client sees of the server. Run by taxii.sh."""
import datetime
import json
import sys

import requests
from taxii2client.v21 import ApiRoot, Collection, Server, as_pages

url, work, run = sys.argv[1:]
checks = 0


def check(got, want, what):
    global checks
    checks += 1
    if got != want:
        sys.exit(f"{what}: {got!r}, and not {want!r}")


def key(name):
    return open(f"{work}/key.{name}").read()


def ids(envelope):
    return [o["id"] for o in envelope.get("objects", [])]


def refused(code, call, what):
    """A call must end with an HTTP status, and with TAXII's error."""
    try:
        call()
    except requests.HTTPError as e:
        check(e.response.status_code, code, what)
        check(e.response.headers["Content-Type"], MEDIA, what)
        body = e.response.json()
        check(body["http_status"], str(code), what)
        check(bool(body["title"] and body["description"]), True, what)
        return
    sys.exit(f"{what}: not refused")


MEDIA = "application/taxii+json;version=2.1"
server = Server(url, user="partner", password=key("partner"))
check(server.title, "Clew", "the server's title")
check(len(server.api_roots), 1, "API roots")
check(server.default.url, server.api_roots[0].url, "the default API root")
root = server.api_roots[0]
check(root.versions, [MEDIA], "versions")
check(root.max_content_length, 16 * 1024 * 1024, "max_content_length")
collections = {c._raw["alias"]: c for c in root.collections}
check([c._raw["alias"] for c in root.collections], ["record", "own", "inbox"], "collections")
check([(c.can_read, c.can_write) for c in root.collections], [(True, False), (True, False), (True, True)], "rights")
inbox, record = collections["inbox"], collections["record"]

if run == "again":
    # After a restart: what was added is there, once, with its dates.
    kept = json.load(open(f"{work}/kept.json"))
    check(inbox.get_manifest(version="all"), kept["manifest"], "the manifest after a restart")
    check(record.get_manifest(limit=1)["objects"], kept["record"], "dates of the record after a restart")
    check(root.get_status(kept["status"]["id"])._raw, kept["status"], "what became of objects, told after a restart")
    print(checks, "checks hold after a restart")
    sys.exit()

# Whoever has no key, or another's rights.
refused(401, lambda: Server(url).title, "no key")
refused(401, lambda: Server(url, user="partner", password="wrong").title, "a wrong key")
reader = ApiRoot(root.url, user="reader", password=key("reader"))
check([c.title for c in reader.collections], ["The record"], "what a reader of one sees")
refused(404, lambda: Collection(inbox.url, user="reader", password=key("reader")).title, "a collection of others")
refused(404, lambda: Collection(root.url + "collections/00000000-0000-4000-8000-000000000000/", user="partner", password=key("partner")).title, "no collection")
refused(404, lambda: inbox.get_object("indicator--00000000-0000-4000-8000-00000000abcd"), "no object")
refused(406, lambda: record.get_objects(accept="application/taxii+json;version=2.0"), "another version in Accept")
refused(400, lambda: record.get_objects(version="newest"), "a version that is none")
refused(400, lambda: record.get_objects(added_after="yesterday"), "a time that is none")
refused(404, lambda: root.get_status("00000000-0000-4000-8000-000000000000"), "no status")
check(inbox.get_objects(), {}, "an empty collection")

# What is marked stricter than a collection is not in it.
green = json.load(open(f"{work}/green.json"))["objects"]
red = {o["id"] for o in json.load(open(f"{work}/red.json"))["objects"]}
own = ids(collections["own"].get_objects())
check(set(o["id"] for o in green) <= set(own), True, "a case")
check(any("object_marking_refs" in o and "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1" in o["object_marking_refs"] for o in collections["own"].get_objects()["objects"]), False, "what is red")

# The record in pages: all of it, in order, once.
pages = list(as_pages(record.get_objects, per_request=700))
whole = [i for p in pages for i in ids(p)]
check(len(pages), -(-len(whole) // 700), "pages")
check([len(p["objects"]) for p in pages[:-1]], [700] * (len(pages) - 1), "their sizes")
check(len(set(whole)), len(whole), "objects that are there twice")
check([o["id"] for p in as_pages(record.get_manifest, per_request=700) for o in p["objects"]], whole, "the manifest's pages")
manifest = [o for p in as_pages(record.get_manifest, per_request=1000) for o in p["objects"]]
dates = [o["date_added"] for o in manifest]
check(dates, sorted(set(dates)), "dates rise")
check([i for p in as_pages(record.get_objects, per_request=700, added_after=dates[1499]) for i in ids(p)], whole[1500:], "added_after")
response = requests.get(record.url + "objects/?limit=10", auth=("partner", key("partner")), headers={"Accept": MEDIA})
check((response.headers["X-TAXII-Date-Added-First"], response.headers["X-TAXII-Date-Added-Last"]), (dates[0], dates[9]), "dates in headers")
kinds = [i for p in as_pages(record.get_objects, per_request=1000, type=["campaign", "opinion"]) for i in ids(p)]
check(kinds, [i for i in whole if i.split("--")[0] in ("campaign", "opinion")], "match[type]")
check(ids(record.get_objects(id=[whole[5], whole[70]])), [whole[5], whole[70]], "match[id]")
check(ids(record.get_objects(spec_version="2.0", type="campaign")), [], "match[spec_version]")

# Adding: versions, doubles, refusals.
def indicator(n, version, **more):
    return {"type": "indicator", "spec_version": "2.1", "id": f"indicator--00000000-0000-4000-8000-{n:012d}", "created": "2020-01-01T00:00:00.000Z", "modified": version,
            "pattern": "[ipv4-addr:value = '198.51.100.3']", "pattern_type": "stix", "valid_from": "2020-01-01T00:00:00Z", **more}


one = [indicator(1, f"2020-0{m}-01T00:00:00.000Z") for m in (1, 2, 3)]
status = inbox.add_objects({"objects": [one[1], one[0], one[2]]})
check((status.status, status.total_count, status.success_count, status.failure_count, status.pending_count), ("complete", 3, 3, 0, 0), "three versions")
check([s["version"] for s in status.successes], [one[1]["modified"], one[0]["modified"], one[2]["modified"]], "their versions")
again = root.get_status(status.id)
check(again._raw, status._raw, "the status, asked for again")
the_id = one[0]["id"]
check(inbox.get_object(the_id)["objects"], [one[2]], "the last version")
check(inbox.get_object(the_id, version="first")["objects"], [one[0]], "the first")
check(inbox.get_object(the_id, version="all")["objects"], [one[1], one[0], one[2]], "all, as they were added")
check(inbox.get_object(the_id, version=["first", one[1]["modified"]])["objects"], [one[1], one[0]], "the first, and one by its time")
check(inbox.get_object(the_id, version=datetime.datetime(2020, 2, 1, tzinfo=datetime.timezone.utc))["objects"], [one[1]], "one by its time")
check(inbox.object_versions(the_id)["versions"], [o["modified"] for o in (one[1], one[0], one[2])], "versions")
status = inbox.add_objects({"objects": [one[0]]})
check((status.success_count, status.failure_count), (1, 0), "the same again")
check(len(inbox.get_manifest(version="all")["objects"]), 3, "and not twice")
red_mark = "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"
old = {k: v for k, v in indicator(4, "2020-01-01T00:00:00.000Z").items() if k not in ("spec_version", "pattern_type")}
status = inbox.add_objects({"objects": [dict(one[0], name="other"), indicator(2, "2020-01-01T00:00:00.000Z", object_marking_refs=[red_mark]), indicator(3, "yesterday"), {"type": "indicator"}, old]})
check((status.total_count, status.success_count, status.failure_count), (5, 1, 4), "some of which are refused")
check({f["id"] for f in status.failures}, {the_id, indicator(2, "")["id"], indicator(3, "")["id"], "number 4"}, "which")
check(all(f["message"] and f["version"] for f in status.failures), True, "and why")
check(ids(inbox.get_objects(spec_version="2.0")), [old["id"]], "an object of STIX 2.0")
check(ids(inbox.get_objects()), [the_id, old["id"]], "what was refused is not there")
refused(422, lambda: inbox.add_objects({"objects": []}), "nothing to add")
refused(422, lambda: inbox.add_objects("{"), "no JSON")
refused(415, lambda: inbox.add_objects({"objects": [one[0]]}, content_type="application/json"), "another Content-Type")
refused(403, lambda: record._conn.post(record.objects_url, headers={"Accept": MEDIA, "Content-Type": MEDIA}, data=json.dumps({"objects": [one[0]]}).encode()), "no inbox")
refused(403, lambda: inbox.delete_object(the_id), "nothing is deleted")

# Pages while objects are added: each once.
for n in range(10, 20):
    inbox.add_objects({"objects": [indicator(n, "2020-01-01T00:00:00.000Z")]})
seen, late = [], 100
for page in as_pages(inbox.get_objects, per_request=3):
    seen += ids(page)
    if late < 104:
        inbox.add_objects({"objects": [indicator(late, "2020-01-01T00:00:00.000Z")]})
        late += 1
check(seen, ids(inbox.get_objects())[: len(seen)], "pages while objects are added")
check(len(seen) >= 12 and len(set(seen)) == len(seen), True, "and none twice")
json.dump({"manifest": inbox.get_manifest(version="all"), "record": record.get_manifest(limit=1)["objects"], "status": status._raw}, open(f"{work}/kept.json", "w"))
print(checks, "checks hold: discovery, rights, paging, filters, adding, errors")
