// SPDX-License-Identifier: MIT

package signin_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/signin"
	"vitals2mqtt/tokenstore"
	"vitals2mqtt/withings"
)

// failingStore is a store with configured failures.
type failingStore struct {
	*tokenstore.Memory

	loadErr, writableErr error
}

func (f *failingStore) Load(ctx context.Context, profile string) (withings.Token, error) {
	if f.loadErr != nil {
		return withings.Token{}, f.loadErr
	}
	return f.Memory.Load(ctx, profile)
}

func (f *failingStore) CheckWritable(context.Context, string) error { return f.writableErr }

// countingClient counts the exchanged codes, and may cancel a context
// meanwhile.
type countingClient struct {
	fakeClient

	mu         sync.Mutex
	exchanges  int
	onExchange func()
}

func (c *countingClient) Exchange(ctx context.Context, code, redirect string) (withings.Token, error) {
	c.mu.Lock()
	c.exchanges++
	c.mu.Unlock()
	if c.onExchange != nil {
		c.onExchange()
	}
	return c.fakeClient.Exchange(ctx, code, redirect)
}

func newServiceWith(client signin.Client, store withings.TokenStore) *signin.Service {
	return signin.New(signin.Options{
		Client:      client,
		Store:       store,
		RedirectURL: "http://home.example/oauth/callback",
		Profiles:    []signin.Profile{{Slug: "alice", Name: "Alice"}, {Slug: "bob", Name: "Bob"}},
	})
}

func TestFinishChecksStoreBeforeExchange(t *testing.T) {
	t.Parallel()
	full := errors.New("the disk is full")
	client := &countingClient{}
	d := newServiceWith(client, &failingStore{Memory: tokenstore.NewMemory(), writableErr: full})
	if _, err := d.Finish(t.Context(), start(t, d, "alice"), "code-1001"); !errors.Is(err, full) ||
		client.exchanges != 0 {
		t.Errorf("%v, %d codes spent", err, client.exchanges)
	}
}

func TestFinishFailsWhenOtherTokensAreUnreadable(t *testing.T) {
	t.Parallel()
	broken := errors.New("input/output error")
	store := &failingStore{Memory: tokenstore.NewMemory(), loadErr: broken}
	d := newServiceWith(fakeClient{}, store)
	_, err := d.Finish(t.Context(), start(t, d, "alice"), "code-1001")
	if !errors.Is(err, broken) || !strings.Contains(err.Error(), "Bob") {
		t.Errorf("%v, want the store's error and the profile", err)
	}
	if _, err := store.Memory.Load(t.Context(), "alice"); !errors.Is(err, withings.ErrNoToken) {
		t.Errorf("something was stored: %v", err)
	}
}

func TestFinishStoresTokenAfterContextEnds(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	store := tokenstore.NewMemory()
	d := newServiceWith(&countingClient{onExchange: cancel}, store)
	if _, err := d.Finish(ctx, start(t, d, "alice"), "code-1001"); err != nil {
		t.Errorf("after the context ended: %v", err)
	}
	if token, err := store.Load(t.Context(), "alice"); err != nil || token.UserID != "1001" {
		t.Errorf("stored %+v, %v", token, err)
	}
}

// slowStore is slow to load, like a disk.
type slowStore struct{ *tokenstore.Memory }

func (s slowStore) Load(ctx context.Context, profile string) (withings.Token, error) {
	token, err := s.Memory.Load(ctx, profile)
	<-time.After(time.Second)
	return token, err
}

func TestConcurrentSignInsRejectSharedAccount(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newServiceWith(fakeClient{}, slowStore{tokenstore.NewMemory()})
		ends := make(chan error, 2)
		for _, profile := range []string{"alice", "bob"} {
			state := start(t, d, profile)
			go func() {
				_, err := d.Finish(t.Context(), state, "code-1001")
				ends <- err
			}()
		}
		first, second := <-ends, <-ends
		if (first == nil) == (second == nil) || !errors.Is(errors.Join(first, second), signin.ErrAccountInUse) {
			t.Errorf("%v and %v, want one of them to be refused", first, second)
		}
	})
}

func TestConcurrentFinishUsesStateOnce(t *testing.T) {
	t.Parallel()
	client := &countingClient{}
	d := newServiceWith(client, tokenstore.NewMemory())
	state := start(t, d, "alice")
	var group sync.WaitGroup
	for range 20 {
		group.Go(func() { _, _ = d.Finish(t.Context(), state, "code-1001") }) // all but one are refused
	}
	group.Wait()
	if client.exchanges != 1 {
		t.Errorf("%d codes were exchanged for one state", client.exchanges)
	}
}
