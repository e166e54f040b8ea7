package main

import (
	"bufio"
	"bytes"
	"context"
	_ "embed" // the script
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"

	"clew"
	"clew/bench/ask"
	"clew/bench/gen"
)

//go:embed peers/peers.py
var peersScript []byte

// missing is the script's exit status where a library is not installed.
const missing = 3

func (j *job) csv() string { return filepath.Join(j.Dir, j.Set+".csv") }

// export writes the transfers as text, which Python reads fastest without
// further packages: position, time, asset, sender, recipient, amount.
func (j *job) export(ctx context.Context) (*ask.Reply, error) {
	file, err := os.Create(j.csv())
	if err != nil {
		return nil, err
	}
	w := bufio.NewWriterSize(file, 1<<20)
	var line []byte
	err = gen.Read(ctx, j.file(j.Set), func(rows []gen.Row) error {
		for i := range rows {
			r := &rows[i]
			line = strconv.AppendUint(line[:0], r.Pos, 10)
			line = strconv.AppendUint(append(line, ','), uint64(r.Time), 10)
			line = strconv.AppendUint(append(line, ','), uint64(r.Asset), 10)
			line = hex.AppendEncode(append(line, ','), r.From[:])
			line = hex.AppendEncode(append(line, ','), r.To[:])
			line = append(line, ',')
			line = append(append(line, clew.AmountOf(r.Amount).String()...), '\n')
			if _, err := w.Write(line); err != nil {
				return err
			}
		}
		return nil
	})
	return nil, errors.Join(err, w.Flush(), file.Close())
}

// graph asks a Python library, in an interpreter of its own.
func (j *job) graph(ctx context.Context) (*ask.Reply, error) {
	python, err := exec.LookPath("python3")
	if err != nil {
		j.outcome.Skipped = "python3 is not installed"
		return nil, nil
	}
	command := exec.CommandContext(ctx, python, "-", j.Engine, j.csv(), j.questions(j.Set))
	var out, errs bytes.Buffer
	command.Stdin, command.Stdout, command.Stderr = bytes.NewReader(peersScript), &out, &errs
	if err := command.Run(); err != nil {
		if command.ProcessState != nil && command.ProcessState.ExitCode() == missing {
			j.outcome.Skipped = string(bytes.TrimSpace(errs.Bytes()))
			return nil, nil
		}
		return nil, fmt.Errorf("%w: %s", err, firstBytes(errs.Bytes(), 400))
	}
	var said struct {
		ask.Reply
		Resident int64
	}
	if err := json.Unmarshal(out.Bytes(), &said); err != nil {
		return nil, err
	}
	j.outcome.Memory.Resident = said.Resident
	return &said.Reply, nil
}
