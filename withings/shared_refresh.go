// SPDX-License-Identifier: MIT

package withings

import (
	"context"
	"sync"
)

// sharedRefresh is what calls share that belong together.
type sharedRefresh struct {
	force bool

	mu       sync.Mutex
	outcomes map[*tokenManager]refreshOutcome
}

// refreshOutcome is the result of their one refresh.
type refreshOutcome struct {
	issued Token // empty when it failed
	err    error
}

type sharedRefreshKey struct{}

// WithSharedRefresh returns a context whose calls belong together, such as
// those of one poll: they share one attempt to refresh a token, whether it
// succeeds or fails. With force it is made even during the pause after a
// refusal.
func WithSharedRefresh(ctx context.Context, force bool) context.Context {
	return context.WithValue(ctx, sharedRefreshKey{}, &sharedRefresh{
		force:    force,
		outcomes: map[*tokenManager]refreshOutcome{},
	})
}

// sharedRefreshFrom returns the sharedRefresh of a context, nil for none. All
// methods work on nil.
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

// refreshError returns the error of the shared refresh, nil when there was none
// or it succeeded.
func (r *sharedRefresh) refreshError(v *tokenManager) error {
	if r == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.outcomes[v].err
}

// hasIssued reports whether a token came from the shared refresh.
func (r *sharedRefresh) hasIssued(v *tokenManager, t Token) bool {
	if r == nil {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	fresh := r.outcomes[v].issued.Access
	return !fresh.IsEmpty() && fresh == t.Access
}
