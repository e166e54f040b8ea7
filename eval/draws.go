package eval

import "math/bits"

// Draws are what a seed gives: all in integers, so that every machine draws the
// same. Source: SplitMix64 (Steele, Lea and Flood 2014).
type draws struct{ state uint64 }

// below draws a number below n.
func (d *draws) below(n uint64) uint64 {
	d.state += 0x9e3779b97f4a7c15
	z := d.state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return (z ^ z>>31) % n
}

// chance is true so often of a thousand.
func (d *draws) chance(permille uint64) bool { return d.below(1000) < permille }

// notes is in how many steps an octave, which is a doubling, is divided.
const notes = 64

// growth is two to the power of n/64, of 65536, to the nearest.
var growth = func() (g [notes]uint64) {
	const note = 0x40b268f9de0183ba // 2^(1/64), of 2^62
	x := uint64(1) << 62
	for i := range g {
		g[i] = (x + 1<<45) >> 46
		hi, lo := bits.Mul64(x, note)
		x = hi<<2 | lo>>62
	}
	return g
}()

// waits are quantiles of the exponential distribution, of 1024, to the nearest: the
// natural logarithms of 256/(n+1/2), each by squaring: whenever the square passes 2,
// the logarithm has a bit.
var waits = func() (w [256]uint64) {
	const ln2 = 762123384786 // of 2^40
	for i := range w {
		n := uint64(2*i + 1)
		log := uint64(bits.Len64(n) - 1)
		x := n << (63 - log) // 1 to 2, of 2^63
		for range 40 {
			hi, _ := bits.Mul64(x, x) // of 2^62
			log <<= 1
			if hi>>63 != 0 {
				log |= 1
				x = hi
			} else {
				x = hi << 1
			}
		}
		hi, _ := bits.Mul64(9<<40-log, ln2) // of 2^80
		w[i] = (hi>>5 + 1) >> 1
	}
	return w
}()

// around draws a number of notes around 0, of a standard deviation: the sum of four
// even draws, which is nearly normal and ends at three and a half deviations.
func (d *draws) around(deviation int64) int64 {
	z := d.below(1 << 48)
	sum := int64(z&0xfff+z>>12&0xfff+z>>24&0xfff+z>>36) - 2*0xfff
	return sum * deviation / 2364 // 4096 / sqrt(3)
}

// shifted returns x raised by so many notes, at least 1 and below 2^44.
func shifted(x uint64, by int64) uint64 {
	octave := by >> 6
	hi, lo := bits.Mul64(x, growth[by&(notes-1)])
	x = hi<<48 | lo>>16
	switch {
	case octave < 0:
		x >>= min(uint64(-octave), 63)
	case bits.Len64(x)+int(min(octave, 64)) > 44:
		x = mostCents - 1
	default:
		x <<= octave
	}
	return max(x, 1)
}

// wait draws a time of a mean, as of events that come by chance alone.
func (d *draws) wait(mean uint64) int64 { return int64(mean * waits[d.below(256)] / 1024) }

// rounded returns x with so many digits that count and noughts after.
func rounded(x uint64, digits int) uint64 {
	least, unit := uint64(1), uint64(1)
	for range digits {
		least *= 10
	}
	for x/unit >= least {
		unit *= 10
	}
	return x / unit * unit
}

// A ranking draws ranks of which each is as likely as one by its number (Zipf's law).
type ranking []uint64

const inRanking = 1 << 20

func rankingOf(n int) ranking {
	r := make(ranking, n)
	sum := uint64(0)
	for i := range r {
		sum += inRanking / uint64(i+1)
		r[i] = sum
	}
	return r
}

func (d *draws) rank(r ranking) int {
	at := d.below(r[len(r)-1])
	for i := range r {
		if at < r[i] {
			return i
		}
	}
	return 0
}
