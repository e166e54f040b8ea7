package taxii

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Bounds of connections: of how many there are, and of how slow a client may be.
const (
	maxConnections = 128
	headerTime     = 10 * time.Second
	readTime       = time.Minute
	writeTime      = 2 * time.Minute
	idleTime       = 2 * time.Minute
	goodbye        = 10 * time.Second
	maxHeader      = 64 << 10
)

// Serve answers requests on a listener until the context ends, and then
// finishes those that are under way. With a certificate it speaks TLS alone. log
// is told what goes wrong with connections.
func Serve(ctx context.Context, l net.Listener, h http.Handler, certificate *tls.Certificate, log func(string)) error {
	l = &bounding{Listener: l, room: make(chan struct{}, maxConnections)}
	if certificate != nil {
		l = tls.NewListener(l, &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{*certificate}, NextProtos: []string{"http/1.1"}})
	}
	server := &http.Server{
		Handler: h, ReadHeaderTimeout: headerTime, ReadTimeout: readTime, WriteTimeout: writeTime, IdleTimeout: idleTime, MaxHeaderBytes: maxHeader,
		ErrorLog: slog.NewLogLogger(slog.NewTextHandler(logged(log), &slog.HandlerOptions{ReplaceAttr: withoutTime}), slog.LevelError),
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	late, stop := context.WithTimeout(context.WithoutCancel(ctx), goodbye)
	defer stop()
	err := server.Shutdown(late)
	if errors.Is(err, context.DeadlineExceeded) {
		err = server.Close()
	}
	if served := <-ended; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}

// A bounding listener takes no more connections than there is room for: others
// wait to be taken.
type bounding struct {
	net.Listener
	room chan struct{}
}

// Accept waits for room and for a connection.
func (b *bounding) Accept() (net.Conn, error) {
	b.room <- struct{}{}
	conn, err := b.Listener.Accept()
	if err != nil {
		<-b.room
		return nil, err
	}
	return &leaving{Conn: conn, left: func() { <-b.room }}, nil
}

// A leaving connection makes room when it is closed.
type leaving struct {
	net.Conn
	once sync.Once
	left func()
}

// Close makes room.
func (c *leaving) Close() error {
	err := c.Conn.Close()
	c.once.Do(c.left)
	return err
}

// logged passes on lines of a log.
type logged func(string)

func (l logged) Write(p []byte) (int, error) {
	l(strings.TrimRight(string(p), "\n"))
	return len(p), nil
}

func withoutTime(_ []string, a slog.Attr) slog.Attr {
	if a.Key == slog.TimeKey {
		return slog.Attr{}
	}
	return a
}
