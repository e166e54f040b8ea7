package vfs

import (
	"bytes"
	"maps"
	"math/rand/v2"
	"slices"
)

// Plain variants of what a crash leaves, see [Mem.Crash].
const (
	LoseAll   = 0 // nothing unsynced survives
	KeepAll   = 1 // everything does
	LoseNames = 2 // all bytes survive, and no unsynced operation on the directory
	LoseBytes = 3 // all operations on the directory survive, and no unsynced bytes
	Torn      = 4 // this and greater: some operations, and each file torn somewhere
)

// Crash returns the file system that would be found after a crash now, unlocked
// and with everything in it synced. The variant picks among the many that are
// possible; the same one gives the same answer.
func (m *Mem) Crash(variant int) *Mem {
	m.mu.Lock()
	defer m.mu.Unlock()
	random := rand.New(rand.NewPCG(uint64(variant), uint64(m.steps)))
	names := maps.Clone(m.durable)
	for _, c := range m.pending {
		if survives(variant, LoseNames, random) {
			apply(names, c)
		}
	}
	after := NewMem()
	for _, name := range slices.Sorted(maps.Keys(names)) {
		content := names[name].crashed(variant, random)
		left := &inode{bytes: content, durable: bytes.Clone(content)}
		after.names[name], after.durable[name] = left, left
	}
	return after
}

// survives decides about one operation or file; losing is the plain variant in
// which its kind is lost.
func survives(variant, losing int, random *rand.Rand) bool {
	if variant >= Torn {
		return random.IntN(2) == 0
	}
	return variant != LoseAll && variant != losing
}

// crashed returns what is left of a file's bytes. Unsynced bytes were appended
// to the synced ones, or the file was being cut short. What is torn off ends
// the file, or reads as zeros where the size survived and the bytes did not.
func (n *inode) crashed(variant int, random *rand.Rand) []byte {
	unsynced := len(n.bytes) - len(n.durable)
	if variant < Torn || unsynced <= 0 {
		if survives(variant, LoseBytes, random) {
			return bytes.Clone(n.bytes)
		}
		return bytes.Clone(n.durable)
	}
	kept := len(n.durable) + random.IntN(unsynced+1)
	content := bytes.Clone(n.bytes[:kept])
	if random.IntN(3) == 0 {
		content = append(content, make([]byte, len(n.bytes)-kept)...)
	}
	return content
}
