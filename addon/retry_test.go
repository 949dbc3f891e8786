// SPDX-License-Identifier: MIT

package addon_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"vitals2mqtt/addon"
	"vitals2mqtt/internal/secret"
)

// The Supervisor starts after the add-on: first it is not there, then it is
// busy, then it has no broker yet.
func TestRetryUntilBrokerAppears(t *testing.T) {
	t.Parallel()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	_ = listener.Close()
	answers := []struct {
		status int
		body   string
	}{{http.StatusBadGateway, ""}, {http.StatusBadRequest, `{"result":"error"}`}, {http.StatusOK, mosquittoReply}}
	late := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		answer := answers[0] // one request at a time
		answers = answers[1:]
		w.WriteHeader(answer.status)
		_, _ = w.Write([]byte(answer.body))
	}))
	t.Cleanup(late.Close)
	// It starts outside the bubble, where time does not wait for it.
	come, here := make(chan struct{}), make(chan error)
	go func() {
		for range come {
			_ = late.Listener.Close()
			again, err := new(net.ListenConfig).Listen(context.Background(), "tcp", address)
			if err == nil {
				late.Listener = again
				late.Start()
			}
			here <- err
		}
	}()
	t.Cleanup(func() { close(come) })
	synctest.Test(t, func(t *testing.T) {
		var pauses []time.Duration
		var kinds []bool // whether it was the Supervisor that was missing
		retry := addon.Retry{Timeout: time.Minute, OnRetry: func(why error, pause time.Duration) {
			pauses, kinds = append(pauses, pause), append(kinds, errors.Is(why, addon.ErrSupervisorUnavailable))
			if len(pauses) == 2 {
				come <- struct{}{}
				if err := <-here; err != nil {
					t.Error(err)
				}
			}
		}}
		broker, err := retry.LookupBroker(t.Context(), "http://"+address, secret.New("token"))
		if err != nil || broker.Host != "core-mosquitto" {
			t.Errorf("%+v, %v", broker, err)
		}
		diff := cmp.Diff([]time.Duration{time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second}, pauses)
		if diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]bool{true, true, true, false}, kinds); diff != "" {
			t.Error(diff)
		}
	})
}

func TestRetryTimesOut(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		status int // 0 for no Supervisor
		want   error
	}{
		"not there":   {0, addon.ErrSupervisorUnavailable},
		"always busy": {http.StatusServiceUnavailable, addon.ErrSupervisorUnavailable},
		"no broker":   {http.StatusBadRequest, addon.ErrNoBroker},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			address := "http://127.0.0.1:1"
			if row.status != 0 {
				address = fakeSupervisor(t, row.status, "")
			}
			synctest.Test(t, func(t *testing.T) {
				begun := time.Now()
				retry := addon.Retry{Timeout: 2 * time.Minute, OnRetry: func(_ error, pause time.Duration) {
					if pause > 15*time.Second {
						t.Errorf("a pause of %s", pause)
					}
				}}
				_, err := retry.LookupBroker(t.Context(), address, secret.New("token"))
				if took := time.Since(begun); !errors.Is(err, row.want) || took < 100*time.Second || took > 2*time.Minute {
					t.Errorf("%v after %s", err, took)
				}
			})
		})
	}
}

func TestRetryStopsAtPermanentError(t *testing.T) {
	t.Parallel()
	retry := addon.Retry{Timeout: time.Hour, OnRetry: func(why error, _ time.Duration) { t.Errorf("retry after %v", why) }}
	_, err := retry.LookupBroker(t.Context(), fakeSupervisor(t, http.StatusForbidden, ""), secret.New("token"))
	if err == nil {
		t.Error("a refusal is not an error")
	}
}

func TestRetryStopsWhenContextEnds(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	retry := addon.Retry{Timeout: time.Hour, OnRetry: func(error, time.Duration) { cancel() }}
	_, err := retry.LookupBroker(ctx, "http://127.0.0.1:1", secret.New("token"))
	if !errors.Is(err, addon.ErrSupervisorUnavailable) {
		t.Error(err)
	}
}
