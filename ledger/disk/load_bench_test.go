package disk

import (
	"context"
	"math/rand/v2"
	"testing"

	"clew"
	"clew/ledger"
	"clew/ledger/vfs"
)

// BenchmarkLoad loads a million transfers between 200,000 addresses a time.
func BenchmarkLoad(b *testing.B) {
	for _, c := range []struct {
		name    string
		shuffle int // transfers that are out of order among each other
	}{{"in order", 1}, {"two files", -1}, {"shuffled", 1 << 20}} {
		b.Run(c.name, func(b *testing.B) {
			transfers := madeUpTransfers(1_000_000)
			switch {
			case c.shuffle < 0:
				half := make([]clew.Transfer, 0, len(transfers))
				for parity := range 2 {
					for i := parity; i < len(transfers); i += 2 {
						half = append(half, transfers[i])
					}
				}
				transfers = half
			case c.shuffle > 1:
				rand.New(rand.NewPCG(1, 1)).Shuffle(len(transfers), func(i, j int) { transfers[i], transfers[j] = transfers[j], transfers[i] })
			}
			for b.Loop() {
				d, err := vfs.OS(b.TempDir())
				if err != nil {
					b.Fatal(err)
				}
				s, err := Open(context.Background(), d, clew.Ethereum, Options{})
				if err != nil {
					b.Fatal(err)
				}
				l, err := s.Load(context.Background(), ledger.Source{Exact: true})
				if err != nil {
					b.Fatal(err)
				}
				for i := 0; i < len(transfers); i += 1000 {
					if err := l.Add(transfers[i:min(i+1000, len(transfers))]...); err != nil {
						b.Fatal(err)
					}
				}
				if _, err := l.Commit(context.Background(), clew.Coverage{}); err != nil {
					b.Fatal(err)
				}
				if err := s.Close(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(len(transfers))*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mtransfers/s")
		})
	}
}

// BenchmarkFollow appends a block of 150 transfers and takes a snapshot, as one
// who follows a chain does.
func BenchmarkFollow(b *testing.B) {
	d, err := vfs.OS(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	s, err := Open(context.Background(), d, clew.Ethereum, Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	transfers := madeUpTransfers(150 * 1000)
	for height := uint64(0); b.Loop(); height++ {
		block := clew.Block{Ref: clew.BlockRef{Height: height}, Transfers: transfers[height%1000*150:][:150]}
		for i := range block.Transfers {
			block.Transfers[i].Pos.Height = height
		}
		if err := s.Append(context.Background(), block); err != nil {
			b.Fatal(err)
		}
		shot, err := s.Snapshot(context.Background())
		if err != nil {
			b.Fatal(err)
		}
		shot.Close()
	}
}

func madeUpTransfers(n int) []clew.Transfer {
	random := rand.New(rand.NewPCG(1, 2))
	address := func() clew.Address {
		var key [20]byte
		at := uint32(200_000 * random.Float64() * random.Float64())
		key[0], key[1], key[2], key[19] = byte(at), byte(at>>8), byte(at>>16), 1
		return clew.EVMAddress(clew.Ethereum, key)
	}
	ether := clew.NativeAsset(clew.Ethereum)
	transfers := make([]clew.Transfer, n)
	for i := range transfers {
		amount := clew.AmountOf([4]uint64{random.Uint64(), random.Uint64N(100)})
		transfers[i] = clew.Transfer{
			Pos: clew.Pos{Height: uint64(i / 150), Index: uint32(i % 150)}, Time: clew.Time(1_600_000_000 + i/10),
			Tx: clew.TxID{1, byte(i), byte(i >> 8), byte(i >> 16), byte(i * 7)}, Asset: ether,
			From: []clew.Leg{{Address: address(), Amount: amount}}, To: []clew.Leg{{Address: address(), Amount: amount}},
		}
	}
	return transfers
}
