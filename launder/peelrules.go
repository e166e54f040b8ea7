package launder

// peelRules returns the rule of peel chains, which has a recogniser for coins and
// one for accounts.
func peelRules() []Rule {
	return []Rule{{
		ID: PeelRule, Name: "Peel chain", Version: peelVersion,
		Assumption: "Somebody spends a large sum bit by bit: each step pays a little away, and the rest moves on within a day to do so again.",
		Failure:    "Who pays from one coin again and again, and an exchange's chain of new hot wallets, look the same. Chains that gather other coins on the way, or peel more than the bound, end early.",
		Source:     "S. Meiklejohn and others, A Fistful of Bitcoins, 2013; G. Kappos and others, How to Peel a Million, 2022; for accounts, the forfeiture complaint of the United States of 2020 against 280 accounts",
		make: func(st *Stream) (Recogniser, error) {
			q := DefaultPeel()
			st.remember(2 * q.Within)
			coins, err := NewPeels(q, st.found)
			if err != nil {
				return nil, err
			}
			accounts, err := NewAccountPeels(st, q, st.found)
			return &peelChains{coins, accounts}, err
		},
	}}
}

// peelChains are both recognisers of peel chains. A ledger has use for one.
type peelChains struct {
	coins    *Peels
	accounts *AccountPeels
}

// Add takes the next transfer.
func (p *peelChains) Add(m *Moved) {
	if m.Asset.Chain().IsBitcoin() {
		p.coins.Add(m)
	} else {
		p.accounts.Add(m)
	}
}

// End tells of the chains that are still open.
func (p *peelChains) End() {
	p.coins.End()
	p.accounts.End()
}

// Dropped returns how many chains gave way to others before they had ended.
func (p *peelChains) Dropped() uint64 { return p.coins.Dropped() + p.accounts.Dropped() }
