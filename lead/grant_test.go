package lead

import (
	"testing"

	"clew"
)

// TestAllowanceEndsAfterItsTime: Permit2 refuses what is later than the time
// that an allowance states, and takes what is of that very second.
func TestAllowanceEndsAfterItsTime(t *testing.T) {
	given := []Grant{{Kind: Permit2Allowance, Amount: clew.Units(5), Until: 1_700_000_000}}
	for now, open := range map[clew.Time]int{1_699_999_999: 1, 1_700_000_000: 1, 1_700_000_001: 0} {
		if got := OpenGrants(given, now); len(got) != open {
			t.Errorf("at %s %d are open, want %d", now, len(got), open)
		}
	}
}
