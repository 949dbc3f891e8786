// SPDX-License-Identifier: MIT

// Package find looks for existing MQTT brokers during the first setup. It
// changes nothing, and the daemon does not use it.
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

// Broker is a broker that was found.
type Broker struct {
	URL string
	// Username and Password are set if the source provides them.
	Username string
	Password secret.Text
	// Origin describes where it was found.
	Origin string
	// Announced means that it announced itself in the local network, which any
	// machine can do: the user should confirm it.
	Announced bool
	// Asks means that it requires a user name and password that are not known.
	Asks bool
}

// Finder looks in one place. It returns when it is done or the context ends.
type Finder func(ctx context.Context) []Broker

// Everywhere runs all finders concurrently and returns what they found, in
// their order, each URL once.
func Everywhere(ctx context.Context, timeout time.Duration, finders ...Finder) []Broker {
	ctx, cancel := context.WithTimeout(ctx, timeout)
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

// Here checks for a broker at an address, such as this machine's.
func Here(address, origin string) Finder {
	return func(ctx context.Context) []Broker {
		broker := Broker{URL: "mqtt://" + address, Origin: origin}
		if !broker.check(ctx) {
			return nil
		}
		return []Broker{broker}
	}
}

// check connects once. It reports whether the broker answers, and sets Asks.
func (b *Broker) check(ctx context.Context) bool {
	random := make([]byte, 4)
	_, _ = rand.Read(random) // never fails
	err := mqtt.CheckConnection(ctx, mqtt.Options{
		URL:        b.URL,
		Username:   b.Username,
		Password:   b.Password,
		ClientID:   "vitals2mqtt-init-" + hex.EncodeToString(random),
		StateTopic: "unused",
	})
	b.Asks = errors.Is(err, mqtt.ErrNotAuthorized)
	return err == nil || b.Asks
}
