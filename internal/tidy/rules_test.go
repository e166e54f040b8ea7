package tidy

import (
	"go/ast"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"clew/docs"
)

// A ban forbids a selector such as os.Getenv outside some packages, and says
// what to use instead.
type ban struct {
	imported string
	name     string // "" for the whole package
	except   []string
	instead  string
}

var bans = []ban{
	{"os", "Getenv", []string{"config", "cmd/clew", "internal/sample"}, "read it in config and pass it in"},
	{"os", "LookupEnv", []string{"config", "cmd/clew"}, "read it in config and pass it in"},
	{"time", "Now", []string{"cmd/clew"}, "pass the time in"},
	{"math/rand", "", nil, "use math/rand/v2 with a seed, in tests"},
	{"math/rand/v2", "", []string{"ledger/ledgertest", "ledger/vfs", "internal/simchain"}, "these serve tests and evaluation, and take a seed; elsewhere pass numbers in"},
	{"log", "", []string{"cmd/clew"}, "return the error; only the command prints"},
	{"html/template", "", []string{"report"}, "only report formats"},
	{"text/template", "", []string{"report"}, "only report formats"},
	{"net/http", "", []string{"remote", "node", "bitcoin", "tron", "share/taxii"}, "only clients of nodes, which take a Doer, and the server of TAXII speak HTTP"},
}

// exactPackages may not use floating point: amounts there are evidence.
var exactPackages = []string{".", "ledger", "ledger/memory", "ledger/segment", "ledger/disk", "taint", "trace", "price", "incident", "incident/yearly", "evm", "bitcoin", "tron", "solana", "explorer", "internal/simchain", "eval", "screen", "decision", "launder", "exposure", "memo", "share/stix", "proof", "proof/trie", "internal/rlp", "attribution", "casebook/distribution"}

// floatingFiles may all the same: they hold no amounts.
var floatingFiles = map[string]string{
	"attribution/circle.go": "hours of the day, and how often chance gathers them",
	"attribution/odds.go":   "intervals of shares that were counted",
}

var bannedPackageNames = []string{"util", "utils", "common", "types", "models", "helpers", "manager", "service", "pkg", "misc", "base"}

// TestBans holds every file against the table of bans.
func TestBans(t *testing.T) {
	for _, s := range sources(t) {
		if s.test {
			continue
		}
		names := importNames(s)
		ast.Inspect(s.file, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			x, ok := sel.X.(*ast.Ident)
			if !ok {
				return true
			}
			for _, b := range bans {
				if names[x.Name] == b.imported && (b.name == "" || b.name == sel.Sel.Name) && !slices.Contains(b.except, s.pkg) {
					t.Errorf("%s: %s.%s is banned in %s: %s", s.rel, x.Name, sel.Sel.Name, s.pkg, b.instead)
				}
			}
			return true
		})
	}
}

func importNames(s source) map[string]string {
	names := map[string]string{}
	for _, spec := range s.file.Imports {
		imported, _ := strconv.Unquote(spec.Path.Value)
		name := path.Base(imported)
		if name == "v2" {
			name = path.Base(path.Dir(imported))
		}
		if spec.Name != nil {
			name = spec.Name.Name
		}
		names[name] = imported
	}
	return names
}

// TestBallast holds the product free of what is there for tests alone.
func TestBallast(t *testing.T) {
	used := 0
	for _, s := range sources(t) {
		for _, imported := range s.file.Imports {
			switch {
			case imported.Path.Value != `"clew/internal/ballast"`:
			case s.test:
				used++
			default:
				t.Errorf("%s imports internal/ballast, which is for tests: it would hold memory for nothing", s.rel)
			}
		}
	}
	if used == 0 {
		t.Error("no test imports internal/ballast: delete it")
	}
}

// TestExact keeps floating point out of the packages whose numbers are
// evidence.
func TestExact(t *testing.T) {
	for _, s := range sources(t) {
		if s.test || !slices.Contains(exactPackages, s.pkg) || floatingFiles[s.rel] != "" {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok && (id.Name == "float64" || id.Name == "float32") {
				t.Errorf("%s: %s: amounts here are exact; use clew.Amount", s.rel, id.Name)
			}
			return true
		})
	}
}

// TestNoInit keeps package state out: what a program has, its main makes.
func TestNoInit(t *testing.T) {
	for _, s := range sources(t) {
		for _, decl := range s.file.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
				t.Errorf("%s: init: make it in the constructor", s.rel)
			}
		}
		if slices.Contains(bannedPackageNames, path.Base(s.pkg)) {
			t.Errorf("%s: a package is named for its noun, not %s", s.rel, path.Base(s.pkg))
		}
	}
}

// unwanted is text that may stand in no file of the repository.
var unwanted = []*regexp.Regexp{
	regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|XX` + `X)\b`),
	regexp.MustCompile(`(^|[\s"'=(])/(wo` + `rk|home|root)/`),
	regexp.MustCompile(`proxy\.gol` + `ang\.org|registry\.npm` + `js\.org`),
}

// TestText holds all text files against what may stand in none, and files
// against a bound on size.
func TestText(t *testing.T) {
	files := 0
	walk(t, func(rel string, d fs.DirEntry) {
		info, err := d.Info()
		if err != nil {
			t.Fatal(err)
		}
		if info.Size() > fileBytesMax {
			t.Errorf("%s: %d bytes; keep large data out of the repository", rel, info.Size())
		}
		if !isText(rel) {
			return
		}
		files++
		text, err := os.ReadFile(filepath.Join(root, rel))
		if err != nil {
			t.Fatal(err)
		}
		for _, pattern := range unwanted {
			if found := pattern.Find(text); found != nil {
				t.Errorf("%s: holds %q", rel, found)
			}
		}
	})
	if files == 0 {
		t.Fatal("no text files found")
	}
}

func isText(rel string) bool {
	switch path.Ext(rel) {
	case ".go", ".md", ".yaml", ".yml", ".txt", ".csv", ".sh", ".py", ".html", ".css":
		return true
	}
	return strings.HasPrefix(rel, ".ci/")
}

// TestDependencies wants a line in docs/architecture.go for each direct
// dependency, and none for what is not one.
func TestDependencies(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	direct := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		fields := strings.Fields(strings.TrimPrefix(strings.TrimSpace(line), "require "))
		if len(fields) >= 2 && strings.HasPrefix(fields[1], "v") && !strings.Contains(line, "// indirect") {
			direct[fields[0]] = true
		}
	}
	if len(direct) == 0 {
		t.Fatal("go.mod: no direct dependencies found")
	}
	listed := map[string]bool{}
	for _, d := range docs.Dependencies {
		listed[d.Module] = true
		if d.Why == "" || d.Instead == "" {
			t.Errorf("docs/architecture.go: %s: say why, and what would replace it", d.Module)
		}
		if !direct[d.Module] {
			t.Errorf("docs/architecture.go lists %s, which go.mod does not require directly", d.Module)
		}
	}
	for module := range direct {
		if !listed[module] {
			t.Errorf("go.mod requires %s; say in docs/architecture.go why, and what would replace it", module)
		}
	}
}

// TestTestdata wants every golden file and transcript to be read by some test:
// a folder testdata stands beside a test file.
func TestTestdata(t *testing.T) {
	tested := map[string]bool{}
	for _, s := range sources(t) {
		if s.test {
			tested[s.pkg] = true
		}
	}
	walk(t, func(rel string, _ fs.DirEntry) {
		if pkg, _, ok := strings.Cut(rel, "/testdata/"); ok && !strings.HasPrefix(rel, "bench/") && !tested[pkg] {
			t.Errorf("%s: no test stands beside it", rel)
		}
	})
}
