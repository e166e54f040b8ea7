package yearly

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"clew"
)

// accountMax bounds the JSON of an account, in bytes.
const accountMax = 32 << 20

// ReadAccount reads an account from the JSON that an earlier edition was written as.
// Members that it does not know are passed over: they are only ever added.
func ReadAccount(name string, r io.Reader) (*Account, error) {
	data, err := io.ReadAll(io.LimitReader(r, accountMax+1))
	if err != nil {
		return nil, err
	}
	bad := &clew.InputError{Field: "diff", Value: name, Want: "an account as clew report --json writes it, whose thefts come to what it says"}
	a := &Account{}
	if len(data) > accountMax || json.Unmarshal(data, a) != nil || a.Schema != Schema || a.Question.Year == "" || a.Edition.Digest == "" {
		return nil, bad
	}
	seen, sum := map[string]bool{}, Cents(0)
	for i := range a.Thefts {
		t := &a.Thefts[i]
		if t.USD != nil {
			sum += *t.USD
		}
		if t.ID == "" || seen[t.ID] || t.USD != nil && *t.USD < 0 || sum > centsMax {
			return nil, bad
		}
		seen[t.ID] = true
	}
	if sum != a.Chosen.Known() || len(a.Thefts) != a.Chosen.Thefts {
		return nil, bad
	}
	return a, nil
}

// Changes says what became different between two editions of one account.
type Changes struct {
	From    Edition  `json:"from"`
	To      Edition  `json:"to"`
	Chosen  Change   `json:"chosen"`  // the sum of the thefts of the question
	Entered []string `json:"entered"` // ids of thefts that the earlier edition did not have
	Left    []string `json:"left"`    // ids of those that it had and the later has not
	Rows    []Change `json:"rows"`    // what else changed, by id of a theft or of a published figure
	Books   Books    `json:"books"`
}

// Books close the difference of two sums: Was, more by what entered, less what left,
// and more or less by figures that are others now, is Is. Thefts of unknown value
// add nothing.
type Books struct {
	Was     Cents `json:"was"`
	Entered Cents `json:"entered"`
	Left    Cents `json:"left"`
	Revised Cents `json:"revised"`
	Is      Cents `json:"is"`
}

// A Change is one thing that was one way and is another.
type Change struct {
	ID   string `json:"id"`
	What string `json:"what"`
	Was  string `json:"was"`
	Is   string `json:"is"`
}

// Same reports whether nothing changed that an account shows.
func (c *Changes) Same() bool {
	return c.Chosen.Was == c.Chosen.Is && len(c.Entered)+len(c.Left)+len(c.Rows) == 0
}

// Diff compares an account with an earlier edition of the same question; another
// question is an input error.
func (a *Account) Diff(earlier *Account) (*Changes, error) {
	if earlier.Question != a.Question {
		return nil, &clew.InputError{Field: "diff", Value: earlier.Question.words(), Want: "an account of the same question: " + a.Question.words()}
	}
	c := &Changes{From: earlier.Edition, To: a.Edition, Entered: []string{}, Left: []string{}, Rows: []Change{}}
	c.Books.Was, c.Books.Is = earlier.Chosen.Known(), a.Chosen.Known()
	c.Chosen = Change{What: "US dollars", Was: known(earlier.Chosen.USD), Is: known(a.Chosen.USD)}
	before := map[string]*Theft{}
	for i := range earlier.Thefts {
		before[earlier.Thefts[i].ID] = &earlier.Thefts[i]
	}
	for i := range a.Thefts {
		t := &a.Thefts[i]
		if old := before[t.ID]; old != nil {
			c.theft(old, t)
			c.Books.Revised += orNone(t.USD) - orNone(old.USD)
			delete(before, t.ID)
			continue
		}
		c.Entered = append(c.Entered, t.ID)
		c.Books.Entered += orNone(t.USD)
	}
	for id, old := range before {
		c.Left = append(c.Left, id)
		c.Books.Left += orNone(old.USD)
	}
	c.closes(earlier.Closes, a.Closes)
	c.figures(earlier.Published, a.Published)
	slices.Sort(c.Entered)
	slices.Sort(c.Left)
	slices.SortStableFunc(c.Rows, func(x, y Change) int { return cmp.Compare(x.ID, y.ID) })
	return c, nil
}

// words says a question in one line.
func (q Question) words() string {
	text := q.Year + ", " + string(q.Basis)
	if !q.Actor.IsZero() {
		text += ", " + q.Actor.key() + ", " + string(q.Standing)
	}
	return text
}

// orNone returns what is known of a value, for sums.
func orNone(c *Cents) Cents {
	if c == nil {
		return 0
	}
	return *c
}

// closes notes other closes than those of the earlier edition.
func (c *Changes) closes(was, is []ClosesGiven) {
	before := map[string]string{}
	for _, x := range was {
		before[x.Coin] = x.words()
	}
	for _, x := range is {
		old, ok := before[x.Coin]
		if !ok {
			old = "not given"
		}
		c.note("closes of "+x.Coin, "closes", old, x.words())
		delete(before, x.Coin)
	}
	for coin, old := range before {
		c.note("closes of "+coin, "closes", old, "not given")
	}
}

// words tells closes in one line.
func (c *ClosesGiven) words() string {
	if c.Assumed {
		return "taken to be worth one US dollar"
	}
	return fmt.Sprintf("%d, %s to %s, SHA-256 %s", c.Days, c.From, c.Until, c.Digest)
}

func known(c *Cents) string {
	if c == nil {
		return "not known"
	}
	return c.String()
}

// theft notes what changed of one theft.
func (c *Changes) theft(was, is *Theft) {
	c.note(is.ID, "US dollars", known(was.USD), known(is.USD))
	c.note(is.ID, "figure by", was.By, is.By)
	if was.Valued != "" { // earlier formats do not say it
		c.note(is.ID, "how it is known", string(was.Valued), string(is.Valued))
	}
	c.note(is.ID, "least published", known(was.Low), known(is.Low))
	c.note(is.ID, "most published", known(was.High), known(is.High))
	c.note(is.ID, "day", string(was.Day), string(is.Day))
	c.note(is.ID, "method", string(was.Method), string(is.Method))
	c.note(is.ID, "kind of victim", string(was.Victim), string(is.Victim))
	c.note(is.ID, "chains", strings.Join(was.Chains, ", "), strings.Join(is.Chains, ", "))
	c.note(is.ID, "claims", claimsText(was), claimsText(is))
	c.note(is.ID, "disputed", fmt.Sprint(was.Disputed), fmt.Sprint(is.Disputed))
	c.note(is.ID, "title", was.Title, is.Title)
}

func claimsText(t *Theft) string {
	var words []string
	for _, key := range slices.Sorted(maps.Keys(t.Claims)) {
		text := key + " " + string(t.Claims[key].Standing)
		if t.Claims[key].Disputed {
			text += " and disputed"
		}
		words = append(words, text)
	}
	return strings.Join(words, "; ")
}

func (c *Changes) note(id, what, was, is string) {
	if was != is {
		c.Rows = append(c.Rows, Change{id, what, was, is})
	}
}

// figures notes what changed of what others published.
func (c *Changes) figures(was, is []Compare) {
	before := map[string]*Compare{}
	for i := range was {
		before[was[i].ID] = &was[i]
	}
	for i := range is {
		old := before[is[i].ID]
		if old == nil {
			c.note(is[i].ID, "published figure", "not there", is[i].USD.String())
			continue
		}
		c.note(is[i].ID, "published figure", old.USD.String(), is[i].USD.String())
		c.note(is[i].ID, "unexplained", old.Beyond.String(), is[i].Beyond.String())
		delete(before, is[i].ID)
	}
	for id, old := range before {
		c.note(id, "published figure", old.USD.String(), "not there")
	}
}
