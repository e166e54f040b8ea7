package engine

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"

	"clew/bench/gen"
)

// sqlStore answers questions with prepared statements of a database. It reads
// the driver's rows without database/sql between, which would copy each value
// once more.
type sqlStore struct {
	db       *sql.DB
	conn     *sql.Conn
	lookup   driver.Stmt // address to pos, time, asset, to, amount
	batch    driver.Stmt // table frontier to from, pos, time, asset, to, amount
	sweep    driver.Stmt // from, to, asset, amount in chain order
	frontier func(context.Context, *sql.Conn, []gen.Address) error
	values   [6]driver.Value
}

// sqlTexts are the three statements in a database's own dialect.
type sqlTexts struct{ lookup, batch, sweep string }

// openSQL prepares statements on one connection of db, which it owns.
func openSQL(ctx context.Context, db *sql.DB, texts sqlTexts, setUp ...string) (*sqlStore, error) {
	s := &sqlStore{db: db}
	var err error
	if s.conn, err = db.Conn(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	if err := execAll(ctx, s.conn, setUp...); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	err = s.conn.Raw(func(raw any) error {
		prepare := raw.(driver.ConnPrepareContext).PrepareContext
		for _, p := range []struct {
			into *driver.Stmt
			text string
		}{{&s.lookup, texts.lookup}, {&s.batch, texts.batch}, {&s.sweep, texts.sweep}} {
			stmt, err := prepare(ctx, p.text)
			if err != nil {
				return fmt.Errorf("%s: %w", p.text, err)
			}
			*p.into = stmt
		}
		return nil
	})
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// execAll runs statements one after another.
func execAll(ctx context.Context, conn *sql.Conn, texts ...string) error {
	for _, text := range texts {
		if _, err := conn.ExecContext(ctx, text); err != nil {
			return fmt.Errorf("%s: %w", text, err)
		}
	}
	return nil
}

// query runs a prepared statement and calls visit with each row of n values.
func (s *sqlStore) query(ctx context.Context, stmt driver.Stmt, n int, visit func([]driver.Value) error, args ...driver.NamedValue) error {
	return s.conn.Raw(func(any) error {
		rows, err := stmt.(driver.StmtQueryContext).QueryContext(ctx, args)
		if err != nil {
			return err
		}
		for {
			values := s.values[:n]
			if err = rows.Next(values); err != nil {
				break
			}
			if err = visit(values); err != nil {
				break
			}
		}
		if errors.Is(err, io.EOF) {
			err = nil
		}
		return errors.Join(err, rows.Close())
	})
}

func (s *sqlStore) Lookup(ctx context.Context, a gen.Address, visit Visit) error {
	row := gen.Row{From: a}
	return s.query(ctx, s.lookup, 5, func(v []driver.Value) error {
		if err := fillEdge(&row, v); err != nil {
			return err
		}
		if visit != nil {
			visit(&row)
		}
		return nil
	}, driver.NamedValue{Ordinal: 1, Value: a[:]})
}

func (s *sqlStore) Batch(ctx context.Context, addresses []gen.Address, visit Visit) error {
	if err := s.frontier(ctx, s.conn, addresses); err != nil {
		return err
	}
	var row gen.Row
	return s.query(ctx, s.batch, 6, func(v []driver.Value) error {
		err := errors.Join(fillAddress(&row.From, v[0]), fillEdge(&row, v[1:]))
		if err != nil {
			return err
		}
		if visit != nil {
			visit(&row)
		}
		return nil
	})
}

func (s *sqlStore) Sweep(ctx context.Context, visit Visit) error {
	var row gen.Row
	return s.query(ctx, s.sweep, 4, func(v []driver.Value) error {
		asset, err := number(v[2])
		row.Asset = uint32(asset)
		err = errors.Join(err, fillAddress(&row.From, v[0]), fillAddress(&row.To, v[1]), fillAmount(&row.Amount, v[3]))
		if err != nil {
			return err
		}
		if visit != nil {
			visit(&row)
		}
		return nil
	})
}

func (s *sqlStore) Close() error {
	var errs []error
	for _, stmt := range []driver.Stmt{s.lookup, s.batch, s.sweep} {
		if stmt != nil {
			errs = append(errs, stmt.Close())
		}
	}
	return errors.Join(append(errs, s.conn.Close(), s.db.Close())...)
}

// fillEdge sets what a look-up returns: pos, time, asset, to, amount.
func fillEdge(row *gen.Row, v []driver.Value) error {
	pos, err1 := number(v[0])
	time, err2 := number(v[1])
	asset, err3 := number(v[2])
	row.Pos, row.Time, row.Asset = pos, uint32(time), uint32(asset)
	if err1 != nil || err2 != nil || err3 != nil {
		return errors.Join(err1, err2, err3)
	}
	if err := fillAddress(&row.To, v[3]); err != nil {
		return err
	}
	return fillAmount(&row.Amount, v[4])
}

func fillAddress(a *gen.Address, v driver.Value) error {
	b, ok := v.([]byte)
	if !ok || len(b) != len(a) {
		return fmt.Errorf("address is %T of another size", v)
	}
	*a = gen.Address(b)
	return nil
}

func fillAmount(limbs *[4]uint64, v driver.Value) error {
	b, ok := v.([]byte)
	if !ok {
		return fmt.Errorf("amount is %T", v)
	}
	var err error
	*limbs, err = gen.AmountLimbs(b)
	return err
}

// number reads an integer in whichever type the driver gives it.
func number(v driver.Value) (uint64, error) {
	switch n := v.(type) {
	case int64:
		return uint64(n), nil
	case uint64:
		return n, nil
	case uint32:
		return uint64(n), nil
	case uint16:
		return uint64(n), nil
	}
	return 0, fmt.Errorf("number is %T", v)
}
