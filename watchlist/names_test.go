package watchlist

import "testing"

func TestNamesAreFoundInOtherSpellings(t *testing.T) {
	l := &List{Publisher: "P", Name: "L", Parties: []Party{
		{ID: "1", Name: "PETROV, Ivan Sergeyevich", Aliases: []Alias{{Name: "Ivan the Carpenter", Weak: true}}},
		{ID: "2", Name: "Lazarus Group"},
		{ID: "3", Name: "Иванов Пётр"},
		{ID: "4", Name: "Banco Nacional"},
		{ID: "5", Name: "!!"},
	}}
	n := NewNames(l)
	for _, c := range []struct{ query, id, name string }{
		{"Ivan Sergeyevich Petrov", "1", "PETROV, Ivan Sergeyevich"},
		{"ivan sergeevich petrov", "1", "PETROV, Ivan Sergeyevich"},
		{"Ivan the Carpenter", "1", "Ivan the Carpenter"},
		{"Lazarus Groop", "2", "Lazarus Group"},
		{"LAZARUS", "", ""},
		{"Ivanov Petr", "3", "Иванов Пётр"},
		{"Иванов, Петр", "3", "Иванов Пётр"},
		{"Bánco Nacional", "4", "Banco Nacional"},
		{"Somebody Else", "", ""},
		{"", "", ""},
		{"?!", "", ""},
	} {
		got := n.Search(c.query, LikeEnough, 10)
		switch {
		case c.id == "" && len(got) > 0:
			t.Errorf("%q: %s at %.2f, want none", c.query, got[0].Name, got[0].Score)
		case c.id != "" && (len(got) == 0 || got[0].Party.ID != c.id || got[0].Name != c.name):
			t.Errorf("%q: %+v, want %s", c.query, got, c.name)
		}
	}
	if got := n.Search("PETROV, Ivan Sergeyevich", 1, 10); len(got) != 1 || got[0].Score != 1 {
		t.Errorf("the same name: %+v, want a score of 1", got)
	}
	if got := n.Search("Ivan", 0, 2); len(got) != 2 || got[0].Score < got[1].Score {
		t.Errorf("with a limit of 2: %+v", got)
	}
}
