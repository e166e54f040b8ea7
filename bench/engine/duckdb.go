package engine

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"clew/bench/gen"

	"github.com/duckdb/duckdb-go/v2"
)

// DuckDB reads the file by itself into three tables: in chain order, and for
// each direction in the order of address and position, for its zone maps are
// the only index that serves ranges.
type DuckDB struct{}

// Name returns "duckdb".
func (DuckDB) Name() string { return "duckdb" }

func openDuckDB(dir string) (*sql.DB, error) {
	connector, err := duckdb.NewConnector(filepath.Join(dir, "bench.duckdb")+"?memory_limit=8GB&preserve_insertion_order=true", nil)
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(connector), nil
}

// Ingest builds the three tables and writes them out.
func (DuckDB) Ingest(ctx context.Context, file, dir string) error {
	db, err := openDuckDB(dir)
	if err != nil {
		return err
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return errors.Join(err, db.Close())
	}
	var assets strings.Builder
	for i, a := range gen.Assets() {
		if i > 0 {
			assets.WriteByte(',')
		}
		fmt.Fprintf(&assets, "(%d,'%s')", i, a)
	}
	err = execAll(ctx, conn,
		"CREATE TABLE asset (number USMALLINT, name VARCHAR)",
		"INSERT INTO asset VALUES "+assets.String(),
		`CREATE TABLE e AS SELECT (p.height << 30) | (p."index"::UBIGINT << 18) | ((p.class = 'log')::UBIGINT << 16) | p.ordinal::UBIGINT AS pos,
			p.time::UINTEGER AS time, a.number AS asset, p."from"[2:] AS f, p."to"[2:] AS t, p.tx AS tx, p.amount AS amount
			FROM read_parquet('`+strings.ReplaceAll(file, "'", "''")+`') p JOIN asset a ON a.name = p.asset ORDER BY pos`,
		"CREATE TABLE o AS SELECT f, pos, time, asset, t, amount FROM e ORDER BY f, pos",
		"CREATE TABLE i AS SELECT t, pos, time, asset, f, amount FROM e ORDER BY t, pos",
		"CHECKPOINT")
	return errors.Join(err, conn.Close(), db.Close())
}

// Open prepares the statements.
func (DuckDB) Open(ctx context.Context, dir string) (Store, error) {
	db, err := openDuckDB(dir)
	if err != nil {
		return nil, err
	}
	s, err := openSQL(ctx, db, sqlTexts{
		lookup: "SELECT pos, time, asset, t, amount FROM o WHERE f = ? ORDER BY pos",
		batch:  "SELECT o.f, o.pos, o.time, o.asset, o.t, o.amount FROM o JOIN frontier ON o.f = frontier.a",
		sweep:  "SELECT f, t, asset, amount FROM e ORDER BY pos",
	}, "CREATE TEMP TABLE frontier (a BLOB)")
	if err != nil {
		return nil, err
	}
	s.frontier = fillDuckDB
	return &duckStore{s}, nil
}

// duckStore walks in SQL, which spares a round trip for each hop's rows.
type duckStore struct{ *sqlStore }

// Walk keeps what is reached, and what was reached last, in two tables.
func (s *duckStore) Walk(ctx context.Context, from gen.Address, since uint64, hops int, visit func(gen.Address, uint64)) error {
	origin := fmt.Sprintf("SELECT from_hex('%x') AS a, %d::UBIGINT AS pos", from, since)
	if err := execAll(ctx, s.conn, "CREATE OR REPLACE TEMP TABLE reached AS "+origin, "CREATE OR REPLACE TEMP TABLE level AS "+origin); err != nil {
		return err
	}
	for range hops {
		err := execAll(ctx, s.conn,
			`CREATE OR REPLACE TEMP TABLE level AS
				SELECT n.a, n.pos FROM (SELECT o.t AS a, min(o.pos) AS pos FROM o JOIN level l ON o.f = l.a WHERE o.pos > l.pos GROUP BY o.t) n
				LEFT JOIN reached r ON r.a = n.a WHERE r.pos IS NULL OR n.pos < r.pos`,
			`CREATE OR REPLACE TEMP TABLE reached AS
				SELECT a, min(pos) AS pos FROM (SELECT * FROM reached UNION ALL SELECT * FROM level) GROUP BY a`)
		if err != nil {
			return err
		}
	}
	rows, err := s.conn.QueryContext(ctx, "SELECT a, pos FROM reached")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var a []byte
		var at uint64
		if err := rows.Scan(&a, &at); err != nil {
			return err
		}
		visit(gen.Address(a), at)
	}
	return rows.Err()
}

// fillDuckDB puts addresses into the table frontier through an appender, the
// fastest way in.
func fillDuckDB(ctx context.Context, conn *sql.Conn, addresses []gen.Address) error {
	if _, err := conn.ExecContext(ctx, "DELETE FROM frontier"); err != nil {
		return err
	}
	return conn.Raw(func(raw any) error {
		appender, err := duckdb.NewAppender(raw.(driver.Conn), "temp", "", "frontier")
		if err != nil {
			return err
		}
		for i := range addresses {
			if err := appender.AppendRow(addresses[i][:]); err != nil {
				return errors.Join(err, appender.Close())
			}
		}
		return appender.Close()
	})
}
