// SPDX-License-Identifier: MIT

package bridge

import (
	"errors"
	"testing"
)

func TestRefreshQueueSharesOneFetch(t *testing.T) {
	t.Parallel()
	q := newRefreshQueue()
	if _, requested := q.take(); requested {
		t.Error("a fetch is requested from the start")
	}
	var outcomes []error
	done := func(err error) { outcomes = append(outcomes, err) }
	q.add(done)
	q.add(nil)
	q.add(done)
	notify, requested := q.take()
	if !requested {
		t.Error("no fetch is requested")
	}
	q.add(done) // for the next one
	outage := errors.New("outage")
	if notify(outage); len(outcomes) != 2 || !errors.Is(outcomes[0], outage) {
		t.Errorf("outcomes %v", outcomes)
	}
	if notify, requested = q.take(); !requested {
		t.Error("the request during the fetch was lost")
	}
	if notify(nil); len(outcomes) != 3 || outcomes[2] != nil {
		t.Errorf("outcomes %v", outcomes)
	}
}

func TestRefreshQueueIsBounded(t *testing.T) {
	t.Parallel()
	q := newRefreshQueue()
	var refused []error
	for range maxWaiters + 1 {
		q.add(func(err error) { refused = append(refused, err) })
	}
	if len(refused) != 1 || !errors.Is(refused[0], errTooManyRequests) {
		t.Errorf("refused %v", refused)
	}
}
