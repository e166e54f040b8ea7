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

// books returns one book for each origin, and one for all together where
// there are several of one asset.
func (w *walk) books() []Book {
	var books []Book
	for i, o := range w.origins {
		books = append(books, w.bookOf(i, o.ID, o.Asset, o.Amount.MinusOrZero(o.Again)))
	}
	if w.together {
		books = append(books, w.bookOf(anyOrigin, "", w.origins[0].Asset, w.started))
	}
	return books
}

// bookOf adds up what an origin has at all places, in any order.
func (w *walk) bookOf(origin int, id string, asset clew.Asset, start clew.Amount) Book {
	book := Book{Origin: id, Asset: asset, Start: start}
	lines, rests := map[lineKey]*Line{}, map[lineKey][]clew.Amount{}
	for _, p := range w.places {
		h := p.of(origin)
		if h == nil {
			continue
		}
		key := lineKey{p.key.kind, w.in.Roles[p.key.address].Name, p.key.asset}
		l := lines[key]
		if l == nil {
			l = &Line{Kind: key.kind, Role: key.role, Asset: key.asset}
			lines[key] = l
		}
		l.Amount, l.Basis, l.Assumed = w.plus(l.Amount, h.amount), w.plus(l.Basis, h.basis), w.plus(l.Assumed, h.assumed)
		l.Places++
		rests[key] = w.addRests(rests[key], h.rests)
		book.Sum = w.plus(book.Sum, h.basis)
	}
	for key, l := range lines {
		l.Rests = w.listRests(rests[key])
		book.Lines = append(book.Lines, *l)
	}
	slices.SortFunc(book.Lines, func(a, b Line) int {
		return cmp.Or(cmp.Compare(slices.Index(kindOrder, a.Kind), slices.Index(kindOrder, b.Kind)),
			strings.Compare(a.Role, b.Role), strings.Compare(a.Asset.String(), b.Asset.String()))
	})
	book.Closed = book.Sum == book.Start
	return book
}

// checkBooks returns an error if a book does not close, which is a defect of
// this package: every policy but poison conserves what it is given.
func (w *walk) checkBooks(books []Book) error {
	if !w.in.Method.Policy.Describe().Conserves {
		return nil
	}
	if w.overflowed {
		return errors.New("trace: internal error: what was marked adds up to more than 256 bits")
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
