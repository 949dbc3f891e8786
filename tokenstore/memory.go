package tokenstore

import (
	"context"
	"sync"

	"vitals2mqtt/withings"
)

// Memory keeps tokens as long as the process lives: for tests.
type Memory struct {
	mu     sync.Mutex
	tokens map[string]withings.Token
	sems   map[string]chan struct{}
}

// NewMemory returns an empty store.
func NewMemory() *Memory {
	return &Memory{tokens: map[string]withings.Token{}, sems: map[string]chan struct{}{}}
}

// Load implements withings.TokenStore.
func (m *Memory) Load(_ context.Context, profile string) (withings.Token, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	token, ok := m.tokens[profile]
	if !ok {
		return withings.Token{}, withings.ErrNoToken
	}
	return token, nil
}

// Save implements withings.TokenStore.
func (m *Memory) Save(_ context.Context, profile string, t withings.Token) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.tokens[profile] = t
	return nil
}

// Delete forgets a profile's token. A missing one is fine.
func (m *Memory) Delete(_ context.Context, profile string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.tokens, profile)
	return nil
}

// Writable implements withings.TokenStore: memory always is.
func (m *Memory) Writable(context.Context, string) error { return nil }

// Lock implements withings.TokenStore within this process. Calling unlock again
// does nothing.
func (m *Memory) Lock(ctx context.Context, profile string) (func(), error) {
	m.mu.Lock()
	sem, ok := m.sems[profile]
	if !ok {
		sem = make(chan struct{}, 1)
		m.sems[profile] = sem
	}
	m.mu.Unlock()
	if err := acquire(ctx, sem); err != nil {
		return nil, err
	}
	return sync.OnceFunc(func() { <-sem }), nil
}
