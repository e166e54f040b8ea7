package watchlist

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"github.com/adrg/strutil/metrics"
	"github.com/mozillazg/go-unidecode"
)

// Names answers which parties of lists have names like one that is asked for.
// It never changes, and may be asked from several goroutines.
//
// Names are written in Latin letters first, whatever their script, and in words
// without order. Two words are as alike as Jaro and Winkler say; two names as
// their words on average, by length. That is a way to find candidates, and no
// proof that two names are one party's. Known failure: transliterations by sound
// (Qadhafi, Gaddafi) are further apart than misspellings, short names find
// many, and words that are no name (company, limited) count like others.
//
// Source: W. E. Winkler, "String Comparator Metrics and Enhanced Decision Rules
// in the Fellegi-Sunter Model of Record Linkage" (1990).
type Names struct {
	names []listedName
	words []string // that occur, each once
}

// A listedName is one name of a party.
type listedName struct {
	list  *List
	party *Party
	name  string
	weak  bool
	words []int // in Names.words
	bytes int   // of them all
}

// A Match is a party with a name like the one that was asked for.
type Match struct {
	List  *List
	Party *Party
	Name  string  // which of its names
	Weak  bool    // the publisher calls that name weak
	Score float64 // from 0 to 1; 1 is the same words
}

// The bounds of a search.
const (
	queryWordsMax = 32
	// LikeEnough is the score from which a match is shown if nothing else is
	// asked for. It is a convention, not measured.
	LikeEnough = 0.88
)

// NewNames returns the names of the parties of lists, which must not change any
// more.
func NewNames(lists ...*List) *Names {
	n, numbers := &Names{}, map[string]int{}
	add := func(l *List, p *Party, name string, weak bool) {
		one := listedName{list: l, party: p, name: name, weak: weak}
		for _, word := range wordsOf(name) {
			at, ok := numbers[word]
			if !ok {
				at = len(n.words)
				numbers[word], n.words = at, append(n.words, word)
			}
			one.words, one.bytes = append(one.words, at), one.bytes+len(word)
		}
		if one.bytes > 0 {
			n.names = append(n.names, one)
		}
	}
	for _, l := range lists {
		for i := range l.Parties {
			p := &l.Parties[i]
			add(l, p, p.Name, false)
			for _, alias := range p.Aliases {
				add(l, p, alias.Name, alias.Weak)
			}
		}
	}
	return n
}

// wordsOf returns the words of a name in Latin letters of lower case.
func wordsOf(name string) []string {
	latin := strings.ToLower(unidecode.Unidecode(name))
	return strings.FieldsFunc(latin, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// Search returns the parties with a name whose score is at least least, best
// first, at most limit of them, each once with its best name.
func (n *Names) Search(query string, least float64, limit int) []Match {
	asked := wordsOf(query)
	if asked = asked[:min(len(asked), queryWordsMax)]; len(asked) == 0 {
		return nil
	}
	alike := n.alike(asked)
	best, found := map[*Party]Match{}, []*Party(nil)
	for i := range n.names {
		x := &n.names[i]
		score := n.score(x, asked, alike)
		if had, ok := best[x.party]; score >= least && (!ok || score > had.Score) {
			if !ok {
				found = append(found, x.party)
			}
			best[x.party] = Match{x.list, x.party, x.name, x.weak, score}
		}
	}
	matches := make([]Match, 0, len(best))
	for _, p := range found { // in their order, which two editions of one list keep
		matches = append(matches, best[p])
	}
	slices.SortStableFunc(matches, func(a, b Match) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), strings.Compare(a.List.Publisher, b.List.Publisher), strings.Compare(a.List.Name, b.List.Name), compareIDs(a.Party.ID, b.Party.ID))
	})
	return matches[:min(len(matches), limit)]
}

// alike returns how alike each word that is asked for is to each that occurs.
func (n *Names) alike(asked []string) [][]float64 {
	metric := metrics.NewJaroWinkler()
	table := make([][]float64, len(asked))
	for i, word := range asked {
		table[i] = make([]float64, len(n.words))
		for j, have := range n.words {
			table[i][j] = metric.Compare(word, have)
		}
	}
	return table
}

// score pairs the words of x and those asked for, the most alike first, and
// returns how alike the pairs are on average, by length. A word without a pair
// counts as unlike all.
func (n *Names) score(x *listedName, asked []string, alike [][]float64) float64 {
	var askedTaken, haveTaken uint64
	var sum float64
	whole := x.bytes
	for _, word := range asked {
		whole += len(word)
	}
	have := x.words[:min(len(x.words), 64)]
	for range min(len(asked), len(have)) {
		best, a, h := -1.0, 0, 0
		for i := range asked {
			for j := range have {
				if askedTaken>>i&1 == 0 && haveTaken>>j&1 == 0 && alike[i][have[j]] > best {
					best, a, h = alike[i][have[j]], i, j
				}
			}
		}
		askedTaken, haveTaken = askedTaken|1<<a, haveTaken|1<<h
		sum += best * float64(len(asked[a])+len(n.words[have[h]]))
	}
	return sum / float64(whole)
}
