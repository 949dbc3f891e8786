package withings

import (
	"context"
	"sync"
)

// sharedRefresh is what several calls share that belong together.
type sharedRefresh struct {
	force bool

	mu       sync.Mutex
	outcomes map[*tokenManager]refreshOutcome
}

// refreshOutcome is how the round's one refresh ended.
type refreshOutcome struct {
	issued Token // empty when it failed
	err    error
}

type sharedRefreshKey struct{}

// WithSharedRefresh returns a context whose calls belong together, such as those of one poll:
// they share one attempt to refresh a token, whether it succeeds or fails. With
// insist the attempt is made at once although the program would wait after a refusal:
// a person asks for it.
func WithSharedRefresh(ctx context.Context, force bool) context.Context {
	return context.WithValue(ctx, sharedRefreshKey{}, &sharedRefresh{force: force, outcomes: map[*tokenManager]refreshOutcome{}})
}

// sharedRefreshFrom returns the round that a context belongs to, nil for none. All methods
// work on nil.
func sharedRefreshFrom(ctx context.Context) *sharedRefresh {
	r, _ := ctx.Value(sharedRefreshKey{}).(*sharedRefresh)
	return r
}

func (r *sharedRefresh) isForced() bool { return r != nil && r.force }

// record keeps how a refresh ended.
func (r *sharedRefresh) record(v *tokenManager, issued Token, err error) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.outcomes[v] = refreshOutcome{issued, err}
}

// refreshError returns what the round's refresh refreshError with, nil when there was none or it
// succeeded.
func (r *sharedRefresh) refreshError(v *tokenManager) error {
	if r == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.outcomes[v].err
}

// hasIssued reports whether a token is the one that was refreshed in this round.
func (r *sharedRefresh) hasIssued(v *tokenManager, t Token) bool {
	if r == nil {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	fresh := r.outcomes[v].issued.Access
	return !fresh.IsEmpty() && fresh == t.Access
}
