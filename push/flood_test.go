// SPDX-License-Identifier: MIT

package push_test

import (
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/push"
)

// floodSize is what a hostile sender manages within a second.
const floodSize = 10_000

// maxGrowth is how much memory a flood may leave in use, in bytes.
const maxGrowth = 2 << 20

// heapInUse collects garbage and returns what is left.
func heapInUse() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// flood posts as fast as it can, returns what was accepted, and checks what is
// left behind. Bodies are as large as allowed: what is kept must not keep them.
func flood(t *testing.T, l *push.Listener, body func(i int) string) (accepted int) {
	t.Helper()
	before, running := heapInUse(), runtime.NumGoroutine()
	padding := "&padding=" + strings.Repeat("x", 15<<10)
	for i := range floodSize {
		if serveRequest(l, request(http.MethodPost, callbackPath, body(i)+padding)).Code == http.StatusOK {
			accepted++
		}
	}
	goroutines, bytes := runtime.NumGoroutine()-running, int64(heapInUse())-int64(before)
	if goroutines > 0 || bytes > maxGrowth {
		t.Errorf("grew by %d goroutines and %d bytes", goroutines, bytes)
	}
	return accepted
}

// A sender who knows path and user gets the burst, and then the rate.
//
//nolint:paralleltest // measures the heap
func TestFloodIsLimited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := new(recorder)
		listener := newListener(t, d.options())
		defer runListener(t, listener)()
		if accepted := flood(t, listener, func(i int) string { return uniqueForm(alice, i) }); accepted != push.Burst {
			t.Errorf("%d accepted, want %d", accepted, push.Burst)
		}
		if n := listener.SeenCount(); n != push.Burst {
			t.Errorf("remembers %d notifications", n)
		}
		<-time.After(time.Second)
		ofBob := func(i int) string { return uniqueForm(bob, i) }
		if accepted := flood(t, listener, ofBob); accepted != push.PerSecond {
			t.Errorf("%d accepted a second later, want %d", accepted, push.PerSecond)
		}
		if n := listener.SeenCount(); n != push.MaxSeen {
			t.Errorf("remembers %d notifications, want at most %d", n, push.MaxSeen)
		}
		if refused := listener.Stats().Refused[push.RefusedRate]; refused != 2*floodSize-push.Burst-push.PerSecond {
			t.Errorf("%d refused", refused)
		}
		// The flood ends, and the next genuine notification gets through.
		<-time.After(time.Second)
		answer := serveRequest(listener, request(http.MethodPost, callbackPath, weightForm+"&deviceid=real"))
		synctest.Wait()
		got := d.delivered()
		if last := got[len(got)-1]; answer.Code != http.StatusOK || last.DeviceID != "real" {
			t.Errorf("status %d, delivered last %+v", answer.Code, last)
		}
	})
}

// Requests without the secret take nothing from the limit.
func TestFloodOfWrongPaths(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := new(recorder)
		listener := newListener(t, d.options())
		defer runListener(t, listener)()
		for i := range floodSize {
			r := request(http.MethodPost, fmt.Sprintf("/notify/%040x", i), weightForm)
			if answer := serveRequest(listener, r); answer.Code != http.StatusNotFound {
				t.Fatalf("answered %d", answer.Code)
			}
		}
		if answer := serveRequest(listener, request(http.MethodPost, callbackPath, weightForm)); answer.Code != 200 {
			t.Errorf("the real one: %d", answer.Code)
		}
		synctest.Wait()
		if got := d.delivered(); len(got) != 1 {
			t.Errorf("delivered %+v", got)
		}
		if strings.Contains(d.log(), "path") {
			t.Errorf("log %s", d.log())
		}
	})
}

// Unknown user ids leave nothing behind.
//
//nolint:paralleltest // measures the heap
func TestFloodOfUnknownUsers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := new(recorder)
		o := d.options()
		o.Limit = push.Limit{PerSecond: 1e6, Burst: 1e6}
		listener := newListener(t, o)
		defer runListener(t, listener)()
		flood(t, listener, func(i int) string { return uniqueForm(fmt.Sprint("unknown", i), i) })
		stats := listener.Stats()
		if len(stats.Last) > 0 || len(d.delivered()) > 0 || len(d.log()) > 1000 {
			t.Errorf("%d last, log %s", len(stats.Last), d.log())
		}
		if stats.Refused[push.RefusedUser] != floodSize || stats.Received != 0 {
			t.Errorf("stats %+v", stats)
		}
		// The log names a bounded number of unknown categories.
		for i := range 100 {
			form := fmt.Sprintf("userid=%s&appli=%d", alice, 1000+i)
			serveRequest(listener, request(http.MethodPost, callbackPath, form))
		}
		if named := strings.Count(d.log(), "unknown notification category"); named != 32 {
			t.Errorf("%d categories named", named)
		}
	})
}
