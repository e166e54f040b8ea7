package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"clew"
	"clew/casebook/bundle"
	"clew/incident"
	"clew/internal/sample"
	"clew/ledger"
	"clew/op"
)

// keepRonin puts the facts of the Ronin theft in a ledger in home.
func keepRonin(t *testing.T, home string) {
	t.Helper()
	i, err := incident.Builtin("ronin-2022")
	if err != nil {
		t.Fatal(err)
	}
	l := ledgers{dir: filepath.Join(home, "ledger")}
	defer l.close()
	store, err := l.Open(t.Context(), clew.Ethereum, op.Making)
	if err != nil {
		t.Fatal(err)
	}
	load, err := store.Load(t.Context(), ledger.Source{Name: "ronin", Exact: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range i.Blocks(clew.Ethereum) {
		if err := load.Add(b.Transfers...); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := load.Commit(t.Context(), i.Coverage(clew.Ethereum)); err != nil {
		t.Fatal(err)
	}
}

// keepMuch fills homes with ledgers of several chains: the facts of the Ronin
// theft have no heights, and so a ledger of their own.
func keepMuch(t *testing.T) (homes []string) {
	t.Helper()
	ronin, other := t.TempDir(), t.TempDir()
	keepRonin(t, ronin)
	keepTwoOwners(t, ronin)
	for _, file := range []string{"case.csv", "pools.csv", "bridged.csv", "typologies.csv"} {
		if r := clewIn(t.Context(), other, "import", "testdata/"+file, "-q"); r.code != 0 {
			t.Fatal(file, r.stderr)
		}
	}
	return []string{ronin, other}
}

// standIns are files and addresses of the examples that the tests have.
var standIns = strings.NewReplacer(
	"./theft.yaml --held", "../../incident/builtin/ronin-2022.yaml", "./theft.yaml", "../../incident/builtin/ronin-2022.yaml",
	"--records answers.yaml --exclude 12", "--records ../../incident/testdata/records-synthetic.yaml",
	"--as victim --explorer etherscan=@key.txt --budget 400", "--as victim",
	"exchanges.yaml", "testdata/mine.yaml", "mine.yaml", "testdata/mine.yaml", "ether.csv", "testdata/ether.csv",
	" --prices BTC=bitcoin.csv", "", "report --year 2023", "report --year 2021", "new.json --against old.json", "testdata/madetheft.json --against ronin-2022", " --to ronin.json", "", " --to theft.json", "")

// TestEveryExampleInABundle bundles the examples of every operation that can be
// bundled, and some more, and derives each answer anew.
func TestEveryExampleInABundle(t *testing.T) {
	if testing.Short() {
		t.Skip("every example of every operation takes half a minute")
	}
	t.Parallel()
	homes := keepMuch(t)
	var lines []string
	for _, o := range op.All() {
		if o.Bundled(o.Zero()) == nil {
			for _, e := range o.Examples {
				lines = append(lines, standIns.Replace(e.Line))
			}
		}
	}
	lines = append(lines,
		"trace 0x00000000000000000000000000000000000000a1", "trace 0x00000000000000000000000000000000000000a1 --sent --policy haircut --ranges --spread yes",
		"trace 0x00000000000000000000000000000000000000e5 --direction backward", "trace 0x00000000000000000000000000000000000000a1 --engine sweep",
		"trace 0x00000000000000000000000000000000000000a1 --engine queue --tags testdata/mine.yaml", "trace 0x00000000000000000000000000000000000000a1 --engine interval",
		"mixers candidates 0x00000000000000000000000000000000000000b2 --sent --asset native", "show 0x00000000000000000000000000000000000000a1 --asset native",
		"screen 0x00000000000000000000000000000000000000a1 0x098b716b8aaf21512996dc57eb0615e2383e2f96 --exposure --tags testdata/mine.yaml --inferred",
		"bridges match 0x000000000000000000000000000000000000c001 --at 0x000000000000000000000000000000000000be01=lane --at eip155:56:0x000000000000000000000000000000000000be02=lane --same eip155:1/erc20:0xdAC17F958D2ee523a2206206994597C13D831ec7#6=eip155:56/erc20:0x55d398326f99059fF775485246999027B3197955#18",
		"cluster explain bc1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqrr6y69s9 bc1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqr9xteqvj --reviews testdata/bitcoin/accept.yaml",
		"cluster show bc1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqrr6y69s9", "trace bc1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqrr6y69s9", "typologies --chain ethereum",
		"paths 0x00000000000000000000000000000000000000a1 0x00000000000000000000000000000000000000d4", "exposure 0x00000000000000000000000000000000000000b2 --inferred")
	var none []string
	file := filepath.Join(t.TempDir(), "answer.clew")
	for _, line := range lines {
		answered := false
		for _, home := range homes {
			answered = answered || inBundle(t, home, file, strings.Fields(line))
		}
		if !answered {
			none = append(none, line)
		}
	}
	if got := strings.Join(none, "\n"); got != noAnswers {
		t.Errorf("without an answer:\n%s", got)
	}
}

// noAnswers are the examples whose transactions the ledgers of this test do not
// hold, and those about a file and a folder, which have no bundle.
const noAnswers = `exposure 0xa160cdab225685da1d56aa342ad8841c3b53f291 --deposit 0xc28fad5e8d5e0ce6a2eaf67b6687be5d58113e16be590824d6cfa1a94467d0b7
show 0xd19450c00be0fdbb560e4de48ca9ad66e73875cd4bd1adff856eedb1a4ee8b00 --chain bitcoin
screen --file addresses.txt --json
cluster explain 12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S 1Q2TWHE3GMdB6BZKafqwxXtWAWgFt5Jvm3
cluster explain 12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S 1Q2TWHE3GMdB6BZKafqwxXtWAWgFt5Jvm3 --reviews testdata/mine.yaml --json
cluster show 12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S
cluster leads TSnjgPDQfuxx72iaPy82v3T8HrsN4GVJzW --tags testdata/mine.yaml --json
attribute ../../incident/builtin/ronin-2022.yaml --profiles profiles`

// inBundle bundles a command's answer and verifies it, and says whether there was
// an answer. With a bundle the answer is the same.
func inBundle(t *testing.T, home, file string, args []string) bool {
	t.Helper()
	args = plain(args)
	bare := clewIn(t.Context(), home, append(args, "--json")...)
	with := clewIn(t.Context(), home, append(args, "--json", "--bundle", file)...)
	if bare.code != with.code || bare.stdout != with.stdout {
		t.Errorf("%v: exit %d, with a bundle %d: %s%s", args, bare.code, with.code, with.stderr, firstDifference(bare.stdout, with.stdout))
		return true
	}
	if bare.stdout == "" {
		return false
	}
	defer os.Remove(file)
	// Nothing of the maker's machine is there: another home, and no ledger.
	r := clewIn(t.Context(), t.TempDir(), "verify", file, "--json")
	if r.code != 0 || !strings.Contains(r.stdout, `"standing": "consistent"`) {
		t.Errorf("%v: verify exits with %d: %s%s", args, r.code, r.stderr, r.stdout)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(data, []byte(home)) {
		t.Errorf("%v: the bundle names %s", args, home)
	}
	if _, err := bundle.Read(data); err != nil {
		t.Error(err)
	}
	return true
}

// plain returns arguments without the flags that choose a form of the answer.
func plain(args []string) []string {
	valued := map[string]bool{"--html": true, "--pdf": true, "--table": true, "--json": false, "--csv": false}
	var out []string
	for i := 0; i < len(args); i++ {
		value, form := valued[args[i]]
		switch {
		case form && value:
			i++
		case !form:
			out = append(out, args[i])
		}
	}
	return out
}

// TestRealTheftInABundle bundles answers over the transfers of a real theft, on
// disk.
func TestRealTheftInABundle(t *testing.T) {
	t.Parallel()
	home, file := t.TempDir(), filepath.Join(t.TempDir(), "answer.clew")
	if r := clewIn(t.Context(), home, "import", filepath.Join(sample.Dir(t, "harvest-2020"), "all-tx.csv"), "-q"); r.code != 0 {
		t.Fatal(r.stderr)
	}
	for _, line := range []string{
		"trace 0xc6028a9fa486f52efd2b95b949ac630d287ce0af --sent", "trace 0x3811765a53c3188c24d412daec3f60faad5f119b --engine sweep",
		"trace 0x3811765a53c3188c24d412daec3f60faad5f119b --policy haircut --ranges --spread yes", "typologies --chain ethereum",
		"exposure 0x3811765a53c3188c24d412daec3f60faad5f119b --hops 4", "investigate 0x3811765a53c3188c24d412daec3f60faad5f119b",
	} {
		if !inBundle(t, home, file, strings.Fields(line)) {
			t.Errorf("%s: no answer", line)
		}
	}
}
