package disk

import (
	"errors"

	"clew"
)

// AddActs refuses acts, of which the ledger on disk keeps none.
func (l *load) AddActs(acts ...clew.Act) error {
	if len(acts) == 0 {
		return nil
	}
	return errors.New("the ledger on disk keeps no acts")
}
