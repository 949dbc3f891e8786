// SPDX-License-Identifier: MIT

package cli

import (
	"context"
	"sync"
	"testing"

	"vitals2mqtt/web"
)

// acceptingSignIn finishes every sign-in at once.
type acceptingSignIn struct{ web.SignIn }

func (acceptingSignIn) Finish(context.Context, string, string) (string, error) { return "alice", nil }

// Concurrent sign-ins of one profile must end the wait once.
func TestConcurrentSignInsFinishOnce(t *testing.T) {
	t.Parallel()
	for range 5000 {
		watched := &signInWatcher{SignIn: acceptingSignIn{}, profile: "alice", done: make(chan struct{})}
		open := make(chan struct{})
		var windows sync.WaitGroup
		for range 8 {
			windows.Go(func() {
				<-open
				if profile, err := watched.Finish(t.Context(), "state", "code"); profile != "alice" || err != nil {
					t.Errorf("%q, %v", profile, err)
				}
			})
		}
		close(open)
		windows.Wait()
		<-watched.done
	}
}
