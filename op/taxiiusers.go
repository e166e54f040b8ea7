package op

import (
	"fmt"
	"sync"

	"clew/share/taxii"
)

// A userList is who may ask a server, as the file says it now: who is taken out
// of it is let in no more, and while it cannot be read nobody is.
type userList struct {
	env         *Env
	name        string // @FILE or env:NAME
	collections []*taxii.Collection

	mu    sync.Mutex
	text  string // of which users were made
	users *taxii.Users
}

// now returns who may ask.
func (l *userList) now() (*taxii.Users, error) {
	text, err := l.env.Taxii.Secret(l.name)
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.users != nil && text == l.text {
		return l.users, nil
	}
	users, err := taxii.ReadUsers(l.name, text, l.collections)
	if err != nil {
		return nil, err
	}
	if l.users != nil {
		l.env.Taxii.Log(fmt.Sprintf("users were read anew: %d may ask", users.Count()))
	}
	l.text, l.users = text, users
	return users, nil
}
