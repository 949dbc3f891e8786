// SPDX-License-Identifier: MIT

package tokenstore

import (
	"context"
	"sync"

	"vitals2mqtt/withings"
)

// Memory keeps tokens in memory, for tests.
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

// Delete removes a profile's token; a missing one is not an error.
func (m *Memory) Delete(_ context.Context, profile string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.tokens, profile)
	return nil
}

// CheckWritable implements withings.TokenStore.
func (m *Memory) CheckWritable(context.Context, string) error { return nil }

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
