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

// faulty is a store that fails as told.
type faulty struct {
	*tokenstore.Memory

	load, writable error
}

func (f *faulty) Load(ctx context.Context, profile string) (withings.Token, error) {
	if f.load != nil {
		return withings.Token{}, f.load
	}
	return f.Memory.Load(ctx, profile)
}

func (f *faulty) Writable(context.Context, string) error { return f.writable }

// counting counts the codes that were spent, and may end a context when one is.
type counting struct {
	vendor

	mu    sync.Mutex
	spent int
	then  func()
}

func (c *counting) Exchange(ctx context.Context, code, redirect string) (withings.Token, error) {
	c.mu.Lock()
	c.spent++
	c.mu.Unlock()
	if c.then != nil {
		c.then()
	}
	return c.vendor.Exchange(ctx, code, redirect)
}

func deskOf(client signin.Client, store withings.TokenStore) *signin.Desk {
	return signin.New(signin.Options{
		Client: client, Store: store, RedirectURL: "http://home.example/oauth/callback",
		Profiles: []signin.Profile{{Slug: "alice", Name: "Alice"}, {Slug: "bob", Name: "Bob"}},
	})
}

func TestNoCodeIsSpentForAStoreThatCannotKeepIt(t *testing.T) {
	t.Parallel()
	full := errors.New("the disk is full")
	client := &counting{}
	d := deskOf(client, &faulty{Memory: tokenstore.NewMemory(), writable: full})
	if _, err := d.Finish(t.Context(), start(t, d, "alice"), "code-1001"); !errors.Is(err, full) || client.spent != 0 {
		t.Errorf("%v, %d codes spent", err, client.spent)
	}
}

func TestNotKnowingTheOthersIsARefusal(t *testing.T) {
	t.Parallel()
	broken := errors.New("input/output error")
	store := &faulty{Memory: tokenstore.NewMemory(), load: broken}
	d := deskOf(vendor{}, store)
	_, err := d.Finish(t.Context(), start(t, d, "alice"), "code-1001")
	if !errors.Is(err, broken) || !strings.Contains(err.Error(), "Bob") {
		t.Errorf("%v, want the store's error and whose token was looked at", err)
	}
	if _, err := store.Memory.Load(t.Context(), "alice"); !errors.Is(err, withings.ErrNoToken) {
		t.Errorf("something was stored: %v", err)
	}
}

func TestASpentCodeIsStoredThoughNobodyWaits(t *testing.T) {
	t.Parallel()
	ctx, hangUp := context.WithCancel(t.Context())
	defer hangUp()
	store := tokenstore.NewMemory()
	d := deskOf(&counting{then: hangUp}, store)
	if _, err := d.Finish(ctx, start(t, d, "alice"), "code-1001"); err != nil {
		t.Errorf("the caller hung up: %v", err)
	}
	if token, err := store.Load(t.Context(), "alice"); err != nil || token.UserID != "1001" {
		t.Errorf("stored %+v, %v", token, err)
	}
}

// slow takes its time over every look, as a disk does.
type slow struct{ *tokenstore.Memory }

func (s slow) Load(ctx context.Context, profile string) (withings.Token, error) {
	token, err := s.Memory.Load(ctx, profile)
	<-time.After(time.Second)
	return token, err
}

func TestOneAccountForTwoProfilesAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := deskOf(vendor{}, slow{tokenstore.NewMemory()})
		ends := make(chan error, 2)
		for _, profile := range []string{"alice", "bob"} {
			state := start(t, d, profile)
			go func() {
				_, err := d.Finish(t.Context(), state, "code-1001")
				ends <- err
			}()
		}
		first, second := <-ends, <-ends
		if (first == nil) == (second == nil) || !errors.Is(errors.Join(first, second), signin.ErrWrongPerson) {
			t.Errorf("%v and %v, want one of them to be refused", first, second)
		}
	})
}

func TestAStateWorksOnceForManyAtOnce(t *testing.T) {
	t.Parallel()
	client := &counting{}
	d := deskOf(client, tokenstore.NewMemory())
	state := start(t, d, "alice")
	var group sync.WaitGroup
	for range 20 {
		group.Go(func() { _, _ = d.Finish(t.Context(), state, "code-1001") }) // all but one are refused
	}
	group.Wait()
	if client.spent != 1 {
		t.Errorf("one state let %d codes through", client.spent)
	}
}
