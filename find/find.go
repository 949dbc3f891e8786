// Package find looks for an MQTT broker that a household already has, for the
// first minutes. It changes nothing, and the daemon has no use for it.
package find

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"sync"
	"time"

	"vitals2mqtt/internal/secret"
	"vitals2mqtt/mqtt"
)

// Broker is one that was found.
type Broker struct {
	URL string
	// Username and Password are set when whoever told of it knows them.
	Username string
	Password secret.Text
	// Origin says in words where it is.
	Origin string
	// Announced says that a machine of the local network told of itself, which
	// anybody's can: a person should say whether it is the right one.
	Announced bool
	// Asks says that it wants a user name and a password that nobody told.
	Asks bool
}

// Finder looks in one place. It returns when it is sure or the context ends.
type Finder func(ctx context.Context) []Broker

// Everywhere asks all finders at the same time and returns what they found, in
// their order, each address once.
func Everywhere(ctx context.Context, patience time.Duration, finders ...Finder) []Broker {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	found := make([][]Broker, len(finders))
	var group sync.WaitGroup
	for i, finder := range finders {
		group.Go(func() { found[i] = finder(ctx) })
	}
	group.Wait()
	var all []Broker
	seen := map[string]bool{}
	for _, brokers := range found {
		for _, broker := range brokers {
			if !seen[broker.URL] {
				seen[broker.URL] = true
				all = append(all, broker)
			}
		}
	}
	return all
}

// Here looks whether a broker answers at an address, such as this machine's.
func Here(address, origin string) Finder {
	return func(ctx context.Context) []Broker {
		broker := Broker{URL: "mqtt://" + address, Origin: origin}
		if !broker.answers(ctx) {
			return nil
		}
		return []Broker{broker}
	}
}

// answers connects once, and notes whether that takes a password.
func (b *Broker) answers(ctx context.Context) bool {
	random := make([]byte, 4)
	_, _ = rand.Read(random) // never fails
	err := mqtt.CheckConnection(ctx, mqtt.Options{
		URL: b.URL, Username: b.Username, Password: b.Password,
		ClientID: "vitals2mqtt-init-" + hex.EncodeToString(random), StateTopic: "unused",
	})
	b.Asks = errors.Is(err, mqtt.ErrNotAuthorized)
	return err == nil || b.Asks
}
