// Package venue tells by an event which protocol a contract logs as when something
// is exchanged, put in or taken out by it.
//
// It names, and no more: any contract may log any event, forks log as what they
// were copied from, and what was exchanged is told by the balances. The events are
// as the protocols' own source code declares them; each stands with its source.
package venue

import (
	"strconv"
	"strings"

	"golang.org/x/crypto/sha3"

	"clew"
)

// A shape is what a log of an event looks like.
type shape struct {
	protocol string
	topics   int // with the signature's
	size     int // bytes of data; of events with arguments of any length, at least
	dynamic  bool
}

// shapes are those of all events, by their first topic. Some have the same types
// and differ in what is a topic.
var shapes = index(forms)

// Reads reports whether an event with this first topic may name a venue.
func Reads(first [32]byte) bool {
	if !begins[start(first)] {
		return false
	}
	_, ok := shapes[first]
	return ok
}

// begins holds how the first topics begin: of most others that is enough to tell.
var begins = beginnings(shapes)

func start(first [32]byte) uint16 { return uint16(first[0])<<8 | uint16(first[1]) }

func beginnings(shapes map[[32]byte][]shape) *[1 << 16]bool {
	var begins [1 << 16]bool
	for first := range shapes {
		begins[start(first)] = true
	}
	return &begins
}

// Protocol returns as which protocol's a log is, by its first topic, how many
// topics it has and how many bytes of data; "" for one that is none.
func Protocol(first [32]byte, topics, size int) string {
	for _, s := range shapes[first] {
		if s.topics == topics && (s.size == size || s.dynamic && s.size < size) {
			return s.protocol
		}
	}
	return ""
}

// Said reports whether the acts of a transaction, which end a list, say already
// what one says.
func Said(acts []clew.Act, a *clew.Act) bool {
	for i := len(acts) - 1; i >= 0 && acts[i].Tx == a.Tx; i-- {
		if o := &acts[i]; o.Kind == clew.Venue && o.On == a.On && o.Detail == a.Detail {
			return true
		}
	}
	return false
}

func index(list []form) map[[32]byte][]shape {
	byTopic := make(map[[32]byte][]shape, len(list))
	for _, f := range list {
		name, arguments, _ := strings.Cut(strings.TrimSuffix(f.text, ")"), "(")
		s := shape{protocol: f.protocol, topics: 1}
		var kinds []string
		for argument := range strings.SplitSeq(arguments, ", ") {
			words := strings.Fields(argument)
			kinds = append(kinds, words[0])
			if words[1] == "indexed" {
				s.topics++
				continue
			}
			count, dynamic := wordsOf(words[0])
			s.size += 32 * count
			s.dynamic = s.dynamic || dynamic
		}
		topic := keccak(name + "(" + strings.Join(kinds, ",") + ")")
		byTopic[topic] = append(byTopic[topic], s)
	}
	return byTopic
}

// wordsOf returns how many words of data an argument of a type has in its place,
// and whether more of it lies elsewhere.
func wordsOf(kind string) (count int, dynamic bool) {
	_, array, isArray := strings.Cut(strings.TrimSuffix(kind, "]"), "[")
	if n, err := strconv.Atoi(array); isArray && err == nil {
		return n, false
	}
	return 1, isArray || kind == "bytes" || kind == "string"
}

func keccak(text string) (sum [32]byte) {
	h := sha3.NewLegacyKeccak256()
	h.Write([]byte(text))
	h.Sum(sum[:0])
	return sum
}
