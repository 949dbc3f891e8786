// SPDX-License-Identifier: MIT

package daemon

import (
	"path/filepath"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/checkpoint"
	"vitals2mqtt/config"
)

//nolint:paralleltest // the process has one setting
func TestProcessorsFollowProfiles(t *testing.T) {
	before := runtime.GOMAXPROCS(0)
	t.Cleanup(func() { runtime.GOMAXPROCS(before) })
	runtime.SetDefaultGOMAXPROCS()
	all := runtime.GOMAXPROCS(0)
	for _, step := range []struct{ profiles, want int }{{1, 1}, {25, 1}, {26, all}, {2, 1}} {
		useProcessors(step.profiles)
		if n := runtime.GOMAXPROCS(0); n != step.want {
			t.Errorf("%d profiles use %d processors, want %d", step.profiles, n, step.want)
		}
	}
}

// TestFilesAreCheckedTogether: what looks at files every five seconds does so at
// the same moments, whenever it began.
func TestFilesAreCheckedTogether(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path := filepath.Join(folder, "config.yaml")
	synctest.Test(t, func(t *testing.T) {
		const interval = 5 * time.Second
		<-time.After(1300 * time.Millisecond)
		w := &watchFixture{}
		w.watch(t, path)
		<-time.After(1300 * time.Millisecond)
		state, err := checkpoint.Open(filepath.Join(folder, "state"))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = state.Close() }()
		c := &config.Config{}
		c.Withings.Profiles = []config.Profile{{Name: "Alicia", Slug: "alicia"}}
		added := watchRenameRequests(t.Context(), state, c, interval)
		w.write(t, "second")
		if err := state.RequestRename("alice", "alicia"); err != nil {
			t.Fatal(err)
		}
		<-added
		if off := time.Since(time.Now().Truncate(interval)); off != 0 {
			t.Errorf("the request was seen %v after a tick", off)
		}
		<-w.next
		if off := time.Since(time.Now().Truncate(interval)); off != settleTime {
			t.Errorf("the configuration was delivered %v after a tick, want %v", off, settleTime)
		}
	})
}
