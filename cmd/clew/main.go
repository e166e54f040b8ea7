// Command clew follows stolen cryptocurrency. It turns flags into settings and
// into the input of one operation of package op, runs it, and writes what
// package report makes of the result. It computes nothing itself.
package main

import (
	"context"
	"crypto/rand"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"time"

	"golang.org/x/term"

	"clew/config"
)

func main() {
	// The first signal asks the operation to end, which it does with a partial
	// answer; after it, a second one ends the program at once.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	code := run(ctx, &system{
		Args:        os.Args[1:],
		Stdin:       os.Stdin,
		Stdout:      os.Stdout,
		Stderr:      os.Stderr,
		Environment: config.Environment{Getenv: os.Getenv, OS: runtime.GOOS},
		Now:         time.Now,
		Random:      rand.Reader,
		Sleep:       sleep,
		Later:       func(d time.Duration, f func()) func() bool { return time.AfterFunc(d, f).Stop },
		Hangups:     hangups,
		Password:    typed(),
		OutWidth:    widthOf(os.Stdout),
		ErrWidth:    widthOf(os.Stderr),
	})
	stop()
	os.Exit(code)
}

// hangups returns what SIGHUP comes to, which from now on ends the program no
// more.
func hangups() <-chan struct{} {
	signals, asked := make(chan os.Signal, 1), make(chan struct{})
	signal.Notify(signals, syscall.SIGHUP)
	go func() {
		for range signals {
			asked <- struct{}{}
		}
	}()
	return asked
}

// typed returns what reads a password from the terminal; nil without one.
func typed() func(string) (string, error) {
	in := int(os.Stdin.Fd())
	if !term.IsTerminal(in) {
		return nil
	}
	return func(asks string) (string, error) {
		os.Stderr.WriteString(asks)
		text, err := term.ReadPassword(in)
		os.Stderr.WriteString("\n")
		return string(text), err
	}
}

// widthOf returns the columns of a terminal, or 0 for what is none.
func widthOf(f *os.File) int {
	if !term.IsTerminal(int(f.Fd())) {
		return 0
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil || width < 40 {
		return 80
	}
	return width
}
