package engine

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"strings"

	"clew/bench/gen"

	_ "modernc.org/sqlite" // the driver
)

// SQLite keeps one table in chain order, whose key is the position, and an
// index for each direction. It neither keeps a journal nor syncs while it
// loads, which favours it, and builds the indices when all rows are in.
type SQLite struct{}

// sqliteRows is how many rows one INSERT carries.
const sqliteRows = 64

// Name returns "sqlite".
func (SQLite) Name() string { return "sqlite" }

func openSQLite(dir string) (*sql.DB, error) {
	return sql.Open("sqlite", filepath.Join(dir, "bench.sqlite"))
}

// sqliteSettings give it a gigabyte of cache and leave out what only crashes
// need.
var sqliteSettings = []string{
	"PRAGMA page_size = 8192", "PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF", "PRAGMA locking_mode = EXCLUSIVE",
	"PRAGMA cache_size = -1000000", "PRAGMA mmap_size = 17179869184", "PRAGMA temp_store = FILE",
}

// Ingest fills the table in one transaction, then builds the indices.
func (SQLite) Ingest(ctx context.Context, file, dir string) error {
	db, err := openSQLite(dir)
	if err != nil {
		return err
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return errors.Join(err, db.Close())
	}
	err = execAll(ctx, conn, append(sqliteSettings[:len(sqliteSettings):len(sqliteSettings)],
		"CREATE TABLE e (pos INTEGER PRIMARY KEY, time INTEGER, asset INTEGER, f BLOB, t BLOB, amount BLOB, tx BLOB)",
		"BEGIN")...)
	if err == nil {
		err = loadSQLite(ctx, conn, file)
	}
	if err == nil {
		err = execAll(ctx, conn, "COMMIT", "CREATE INDEX f ON e (f)", "CREATE INDEX t ON e (t)")
	}
	return errors.Join(err, conn.Close(), db.Close())
}

func loadSQLite(ctx context.Context, conn *sql.Conn, file string) error {
	const one = "(?,?,?,?,?,?,?)"
	many, err := conn.PrepareContext(ctx, "INSERT INTO e VALUES "+strings.Repeat(one+",", sqliteRows-1)+one)
	if err != nil {
		return err
	}
	single, err := conn.PrepareContext(ctx, "INSERT INTO e VALUES "+one)
	if err != nil {
		return errors.Join(err, many.Close())
	}
	args := make([]any, 0, 7*sqliteRows)
	err = gen.Read(ctx, file, func(rows []gen.Row) error {
		for len(rows) > 0 {
			stmt, n := many, sqliteRows
			if len(rows) < n {
				stmt, n = single, 1
			}
			args = args[:0]
			for i := range rows[:n] {
				r := &rows[i]
				args = append(args, int64(r.Pos), int64(r.Time), int64(r.Asset), r.From[:], r.To[:], gen.AmountBytes(nil, r.Amount), r.Tx[:])
			}
			if _, err := stmt.ExecContext(ctx, args...); err != nil {
				return err
			}
			rows = rows[n:]
		}
		return nil
	})
	return errors.Join(err, many.Close(), single.Close())
}

// Open prepares the statements. CROSS JOIN keeps the frontier outermost.
func (SQLite) Open(ctx context.Context, dir string) (Store, error) {
	db, err := openSQLite(dir)
	if err != nil {
		return nil, err
	}
	s, err := openSQL(ctx, db, sqlTexts{
		lookup: "SELECT pos, time, asset, t, amount FROM e WHERE f = ? ORDER BY pos",
		batch:  "SELECT e.f, e.pos, e.time, e.asset, e.t, e.amount FROM frontier CROSS JOIN e ON e.f = frontier.a",
		sweep:  "SELECT f, t, asset, amount FROM e ORDER BY pos",
	}, append(sqliteSettings[:len(sqliteSettings):len(sqliteSettings)], "CREATE TEMP TABLE frontier (a BLOB PRIMARY KEY) WITHOUT ROWID")...)
	if err != nil {
		return nil, err
	}
	s.frontier = fillSQLite
	return s, nil
}

// fillSQLite puts addresses into the table frontier, many with one INSERT.
func fillSQLite(ctx context.Context, conn *sql.Conn, addresses []gen.Address) error {
	if _, err := conn.ExecContext(ctx, "DELETE FROM frontier"); err != nil {
		return err
	}
	many, err := conn.PrepareContext(ctx, "INSERT INTO frontier VALUES "+strings.Repeat("(?),", sqliteRows-1)+"(?)")
	if err != nil {
		return err
	}
	var args [sqliteRows]any
	for len(addresses) >= sqliteRows {
		for i := range args {
			args[i] = addresses[i][:]
		}
		if _, err := many.ExecContext(ctx, args[:]...); err != nil {
			return errors.Join(err, many.Close())
		}
		addresses = addresses[sqliteRows:]
	}
	for i := range addresses {
		if _, err := conn.ExecContext(ctx, "INSERT INTO frontier VALUES (?)", addresses[i][:]); err != nil {
			return errors.Join(err, many.Close())
		}
	}
	return many.Close()
}
