// SPDX-License-Identifier: MIT

package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vitals2mqtt/cli/clitest"
	"vitals2mqtt/health"
	"vitals2mqtt/simulator"
)

// responseCases are faults of what the Withings API answers, and of what is
// stored about it.
func responseCases() map[string]verdictCase {
	return map[string]verdictCase{
		"a success without content": {
			codes: []health.Code{health.CodeEndpointFailing, health.CodeEndpointFailing},
			during: func(_ *testing.T, s *surfaces) {
				s.harness.Cloud.SetFaults(simulator.Fault{Call: "measure getmeas", Shape: simulator.ShapeNoBody})
			},
		},
		"truncated responses": {
			codes: []health.Code{health.CodeAPIFailing},
			during: func(_ *testing.T, s *surfaces) {
				s.harness.Cloud.SetFaults(simulator.Fault{Call: "*", Shape: simulator.ShapeTruncated})
			},
		},
		"all refreshes refused": {
			codes: []health.Code{health.CodeRefreshRefused},
			prepare: func(t *testing.T, s *surfaces, state string) []string {
				t.Helper()
				s.harness.Cloud.SetFaults(simulator.Fault{
					Call: "v2/oauth2 *", Status: 503, Text: "Invalid Params: invalid refresh_token",
				})
				expire(t, state, "alice")
				expire(t, state, "bob")
				return nil
			},
		},
		"the token endpoint is throttled": {
			codes: []health.Code{health.CodeRateLimited},
			prepare: func(t *testing.T, s *surfaces, state string) []string {
				t.Helper()
				s.harness.Cloud.SetFaults(simulator.Fault{Call: "v2/oauth2 *", Status: 601, Wait: time.Hour})
				expire(t, state, "alice")
				expire(t, state, "bob")
				return nil
			},
		},
		"a folder in the place of a token": {
			codes: []health.Code{health.CodeTokenUnreadable},
			prepare: func(t *testing.T, _ *surfaces, state string) []string {
				t.Helper()
				file := filepath.Join(state, "tokens", "alice.json")
				folder := filepath.Join(t.TempDir(), "folder")
				clitest.Must(t, os.MkdirAll(filepath.Join(folder, "in the way"), 0o700))
				err := os.ErrExist
				for range 1000 { // the daemon may begin a new archive in between
					clitest.Must(t, os.RemoveAll(file))
					if err = os.Rename(folder, file); err == nil {
						break
					}
				}
				clitest.Must(t, err)
				return nil
			},
		},
		"the archive cannot be opened": {
			codes: []health.Code{health.CodeArchiveNotStored},
			prepare: func(t *testing.T, _ *surfaces, state string) []string {
				t.Helper()
				clitest.Must(t, os.MkdirAll(filepath.Join(state, "history.db", "in the way"), 0o700))
				return nil
			},
		},
		"the archive was replaced by what cannot be opened": {
			codes: []health.Code{health.CodeArchiveNotStored},
			during: func(t *testing.T, s *surfaces) {
				t.Helper()
				file := filepath.Join(filepath.Dir(s.path), "state", "history.db")
				folder := filepath.Join(t.TempDir(), "folder")
				clitest.Must(t, os.MkdirAll(filepath.Join(folder, "in the way"), 0o700))
				err := os.ErrExist
				for range 1000 { // the daemon may begin a new archive in between
					clitest.Must(t, os.RemoveAll(file))
					if err = os.Rename(folder, file); err == nil {
						break
					}
				}
				clitest.Must(t, err)
			},
		},
		"the archive is damaged": {
			codes: []health.Code{health.CodeArchiveDamaged},
			prepare: func(t *testing.T, _ *surfaces, state string) []string {
				t.Helper()
				clitest.WriteFile(t, filepath.Join(state, "history.db"), strings.Repeat("no database ", 1000))
				return nil
			},
		},
		"the mirror does not answer": {
			codes: []health.Code{health.CodeMirrorFailing},
			prepare: func(t *testing.T, _ *surfaces, _ string) []string {
				t.Helper()
				return []string{"history: {mirror: {url: http://" + clitest.FreeAddress(t) + "}}"}
			},
		},
		"the clock is a little off": {
			codes: []health.Code{health.CodeClockOff},
			prepare: func(t *testing.T, s *surfaces, _ string) []string {
				t.Helper()
				return []string{"api: " + proxyWithClock(t, s.harness.CloudURL, 2*time.Minute)}
			},
		},
	}
}
