package withings

import (
	"context"
	"sync"
)

// round is what several calls share that belong together.
type round struct {
	insist bool

	mu       sync.Mutex
	outcomes map[*vault]outcome
}

// outcome is how the round's one refresh ended.
type outcome struct {
	issued Token // empty when it failed
	err    error
}

type roundKey struct{}

// WithRound returns a context whose calls belong together, such as those of one poll:
// they share one attempt to refresh a token, whether it succeeds or fails. With
// insist the attempt is made at once although the program would wait after a refusal:
// a person asks for it.
func WithRound(ctx context.Context, insist bool) context.Context {
	return context.WithValue(ctx, roundKey{}, &round{insist: insist, outcomes: map[*vault]outcome{}})
}

// roundOf returns the round that a context belongs to, nil for none. All methods
// work on nil.
func roundOf(ctx context.Context) *round {
	r, _ := ctx.Value(roundKey{}).(*round)
	return r
}

func (r *round) insists() bool { return r != nil && r.insist }

// note keeps how a refresh ended.
func (r *round) note(v *vault, issued Token, err error) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.outcomes[v] = outcome{issued, err}
}

// failed returns what the round's refresh failed with, nil when there was none or it
// succeeded.
func (r *round) failed(v *vault) error {
	if r == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.outcomes[v].err
}

// issued reports whether a token is the one that was refreshed in this round.
func (r *round) issued(v *vault, t Token) bool {
	if r == nil {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	fresh := r.outcomes[v].issued.Access
	return !fresh.Empty() && fresh == t.Access
}
