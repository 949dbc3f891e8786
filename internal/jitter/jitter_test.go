// SPDX-License-Identifier: MIT

package jitter_test

import (
	"testing"
	"time"

	"vitals2mqtt/internal/jitter"
)

func TestSpreadsWithinItsBounds(t *testing.T) {
	t.Parallel()
	source := jitter.New(1)
	seen := map[time.Duration]bool{}
	for range 1000 {
		around, between := source.Around(time.Minute, 0.1), source.Between(time.Second, 15*time.Second)
		if around < 54*time.Second || around > 66*time.Second || between < time.Second || between >= 15*time.Second {
			t.Fatalf("%v around a minute, %v between 1 s and 15 s", around, between)
		}
		seen[around] = true
	}
	if len(seen) < 900 {
		t.Errorf("%d different waits of 1000", len(seen))
	}
}

func TestSameSeedSameWaits(t *testing.T) {
	t.Parallel()
	one, two, other := jitter.New(7), jitter.New(7), jitter.New(8)
	differ := false
	for range 20 {
		got := one.Around(time.Hour, 0.5)
		if again := two.Around(time.Hour, 0.5); got != again {
			t.Fatalf("%v and %v", got, again)
		}
		differ = differ || got != other.Around(time.Hour, 0.5)
	}
	if !differ {
		t.Error("another seed gives the same waits")
	}
}

func TestSpreadsNothing(t *testing.T) {
	t.Parallel()
	var none *jitter.Source
	if got := none.Around(time.Minute, 0.1); got != time.Minute {
		t.Errorf("without a source %v", got)
	}
	if got := none.Between(time.Second, time.Minute); got != time.Second {
		t.Errorf("without a source %v", got)
	}
	for _, wait := range []time.Duration{-time.Second, -1, 0, 1} { // -1 stops a backoff
		if got := jitter.New(1).Around(wait, 0.5); got != wait {
			t.Errorf("%v became %v", wait, got)
		}
	}
	if got := jitter.New(1).Between(time.Minute, time.Minute); got != time.Minute {
		t.Errorf("between equal bounds %v", got)
	}
}
