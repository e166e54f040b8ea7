package trace

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"clew"
)

// A lineKey tells the lines of a book apart.
type lineKey struct {
	kind  PlaceKind
	role  string
	asset clew.Asset
}

// A bookkeeper adds up what one origin, or all together, has at all places.
type bookkeeper struct {
	book  Book
	lines map[lineKey]*Line
	rests map[lineKey][]resting
}

// books returns one book for each origin, and one for all together where
// there are several of one asset.
func (w *walk) books() []Book {
	keepers := make([]bookkeeper, len(w.origins), len(w.origins)+1)
	for i, o := range w.origins {
		keepers[i].book = Book{Origin: o.ID, Asset: o.Asset, Start: o.Amount.MinusOrZero(o.Again)}
	}
	if w.together {
		keepers = append(keepers, bookkeeper{book: Book{Asset: w.origins[0].Asset, Start: w.started}})
	}
	for _, p := range w.places { // in any order
		key := lineKey{p.key.kind, w.in.Roles[p.key.address].Name, p.key.asset}
		for i := range p.holdings {
			h := &p.holdings[i]
			of := h.origin
			if of == together {
				of = len(w.origins)
			}
			keepers[of].add(w, key, h)
		}
	}
	books := make([]Book, len(keepers))
	for i := range keepers {
		books[i] = keepers[i].close(w)
	}
	return books
}

// add books what lies at one place.
func (k *bookkeeper) add(w *walk, key lineKey, h *holding) {
	if k.lines == nil {
		k.lines, k.rests = map[lineKey]*Line{}, map[lineKey][]resting{}
	}
	l := k.lines[key]
	if l == nil {
		l = &Line{Kind: key.kind, Role: key.role, Asset: key.asset}
		k.lines[key] = l
	}
	l.Amount, l.Basis, l.Assumed = w.plus(l.Amount, h.amount), w.exact(l.Basis, h.basis), w.plus(l.Assumed, h.assumed)
	l.Places++
	if h.rests != nil {
		k.rests[key] = w.addRests(k.rests[key], h.rests)
	}
	k.book.Sum = w.exact(k.book.Sum, h.basis)
}

// close returns the book with its lines in order.
func (k *bookkeeper) close(w *walk) Book {
	for key, l := range k.lines {
		l.Rests = w.listRests(k.rests[key])
		k.book.Lines = append(k.book.Lines, *l)
	}
	slices.SortFunc(k.book.Lines, func(a, b Line) int {
		return cmp.Or(cmp.Compare(slices.Index(kindOrder, a.Kind), slices.Index(kindOrder, b.Kind)),
			strings.Compare(a.Role, b.Role), strings.Compare(a.Asset.String(), b.Asset.String()))
	})
	k.book.Closed = k.book.Sum == k.book.Start
	return k.book
}

// checkBooks returns an error if a book does not close, which is a defect of
// this package: every policy but poison conserves what it is given.
func (w *walk) checkBooks(books []Book) error {
	if !w.in.Method.Policy.Describe().Conserves {
		return nil
	}
	if w.overflowed {
		return errors.New("trace: internal error: what was marked stands for more than 256 bits of its origin")
	}
	for _, b := range books {
		if !b.Closed {
			name := b.Origin
			if name == "" {
				name = "all origins together"
			}
			return fmt.Errorf("trace: internal error: the book of %s does not close: %s started and %s are accounted for", name, b.Start, b.Sum)
		}
	}
	return nil
}
