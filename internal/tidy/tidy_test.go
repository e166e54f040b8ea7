package tidy

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"clew/docs"
)

const (
	module = "clew"
	root   = "../.."

	fileLinesMax     = 400 // of a file that is not a test
	functionLinesMax = 40  // of a function that is neither a test nor a table
	fileBytesMax     = 400_000
)

// source is one parsed Go file of the main module.
type source struct {
	rel  string // slash-separated, from the repository's root
	pkg  string // folder, "." for the root
	test bool
	text string
	file *ast.File
	fset *token.FileSet
}

// sources reads the files themselves rather than asking the go command, so
// that the test cache notices when one changes.
func sources(t *testing.T) []source {
	t.Helper()
	var all []source
	walk(t, func(rel string, d fs.DirEntry) {
		if !strings.HasSuffix(rel, ".go") || strings.HasPrefix(rel, "bench/") {
			return
		}
		text, err := os.ReadFile(filepath.Join(root, rel))
		if err != nil {
			t.Fatal(err)
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, rel, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, source{rel, path.Dir(rel), strings.HasSuffix(rel, "_test.go"), string(text), file, fset})
	})
	if len(all) == 0 {
		t.Fatal("no Go files found")
	}
	return all
}

// walk calls visit with every file of the repository that is not git's.
func walk(t *testing.T, visit func(rel string, d fs.DirEntry)) {
	t.Helper()
	err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, file)
		if err != nil {
			return err
		}
		switch {
		case d.IsDir() && d.Name() == ".git":
			return fs.SkipDir
		case !d.IsDir():
			visit(filepath.ToSlash(rel), d)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestLayers holds the import graph against the table of docs/architecture.go.
func TestLayers(t *testing.T) {
	rank := map[string]int{}
	for i, line := range strings.Split(strings.TrimSpace(docs.Layers), "\n") {
		for pkg := range strings.FieldsSeq(line) {
			rank[pkg] = i
		}
	}
	seen := map[string]bool{}
	for _, s := range sources(t) {
		if s.test {
			continue
		}
		seen[s.pkg] = true
		own, ok := rank[s.pkg]
		if !ok {
			t.Errorf("%s: package %s is in no layer of docs/architecture.go", s.rel, s.pkg)
			continue
		}
		for _, spec := range s.file.Imports {
			imported, _ := strconv.Unquote(spec.Path.Value)
			if rest, ok := strings.CutPrefix(imported+"/", module+"/"); ok && rank[path.Clean(rest)] >= own {
				t.Errorf("%s: %s may not import %s, which is not on an earlier line", s.rel, s.pkg, imported)
			}
		}
	}
	for pkg := range rank {
		if !seen[pkg] {
			t.Errorf("docs/architecture.go lists %s, which does not exist", pkg)
		}
	}
}

// TestLengths keeps files and functions short enough to be read at a sitting.
func TestLengths(t *testing.T) {
	for _, s := range sources(t) {
		if s.test {
			continue
		}
		if n := strings.Count(s.text, "\n"); n > fileLinesMax {
			t.Errorf("%s: %d lines; split it by noun at %d", s.rel, n, fileLinesMax)
		}
		for _, decl := range s.file.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if !ok || f.Body == nil {
				continue
			}
			lines := s.fset.Position(f.Body.End()).Line - s.fset.Position(f.Body.Pos()).Line - 1
			if lines > functionLinesMax {
				t.Errorf("%s: function %s has %d lines; branches in the parent, loops in the leaves, at most %d", s.rel, f.Name.Name, lines, functionLinesMax)
			}
		}
	}
}

// TestComments wants a comment on every package and every exported name.
func TestComments(t *testing.T) {
	documented := map[string]bool{}
	for _, s := range sources(t) {
		if s.test {
			continue
		}
		documented[s.pkg] = documented[s.pkg] || s.file.Doc != nil
		for _, decl := range s.file.Decls {
			for _, name := range undocumented(decl) {
				t.Errorf("%s: exported %s has no comment", s.rel, name)
			}
		}
	}
	for pkg, ok := range documented {
		if !ok {
			t.Errorf("package %s has no comment that says what it is and what it is not", pkg)
		}
	}
}

// undocumented returns the exported names of a declaration that have no
// comment of their own nor one on their group.
func undocumented(decl ast.Decl) []string {
	var names []string
	switch d := decl.(type) {
	case *ast.FuncDecl:
		if d.Name.IsExported() && d.Doc == nil && exportedReceiver(d) {
			names = append(names, d.Name.Name)
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch s := spec.(type) {
			case *ast.TypeSpec:
				if s.Name.IsExported() && d.Doc == nil && s.Doc == nil {
					names = append(names, s.Name.Name)
				}
			case *ast.ValueSpec:
				if s.Names[0].IsExported() && d.Doc == nil && s.Doc == nil && s.Comment == nil {
					names = append(names, s.Names[0].Name)
				}
			}
		}
	}
	return names
}

func exportedReceiver(f *ast.FuncDecl) bool {
	if f.Recv == nil {
		return true
	}
	receiver := f.Recv.List[0].Type
	if star, ok := receiver.(*ast.StarExpr); ok {
		receiver = star.X
	}
	if generic, ok := receiver.(*ast.IndexExpr); ok {
		receiver = generic.X
	}
	name, ok := receiver.(*ast.Ident)
	return ok && name.IsExported()
}
