// SPDX-License-Identifier: MIT

//go:build unix

package cli_test

import (
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"vitals2mqtt/cli/clitest"
)

// killer stands before the cloud and kills a process at one of its requests, or
// right after the response.
type killer struct {
	cloud    http.Handler
	requests atomic.Int64 // until the process is killed; none below 1
	after    atomic.Bool
	process  atomic.Pointer[os.Process]
}

func (k *killer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	now := k.requests.Add(-1) == 0
	if now && !k.after.Load() {
		_ = k.process.Load().Kill()
		return
	}
	k.cloud.ServeHTTP(w, r)
	if now {
		_ = http.NewResponseController(w).Flush()
		_ = k.process.Load().Kill()
	}
}

// TestHistoryAfterKills: ten years that are read in many attempts, each but the
// last killed at a random request, are the same as read at once. Only the most
// recent days may differ: the cloud goes on, and the stages of a night are read
// for a day.
func TestHistoryAfterKills(t *testing.T) {
	t.Parallel()
	o, err := clitest.NewWithHistory(2000)
	clitest.Must(t, err)
	t.Cleanup(func() { clitest.Must(t, o.Stop()) })
	direct, err := url.Parse(o.CloudURL)
	clitest.Must(t, err)
	example, err := filepath.Abs(filepath.Join("..", "config.example.yaml"))
	clitest.Must(t, err)
	for _, command := range []string{"backfill", "once"} {
		t.Run(command, func(t *testing.T) {
			t.Parallel()
			proxy := httputil.NewSingleHostReverseProxy(direct)
			proxy.ErrorHandler = func(http.ResponseWriter, *http.Request, error) {} // those killed break off
			k := &killer{cloud: proxy}
			server := httptest.NewServer(k)
			defer server.Close()
			folder := t.TempDir()
			whole := o.Configure(t, folder, "[Alice]", "all")
			text := strings.ReplaceAll(clitest.ReadFile(t, whole), o.CloudURL, server.URL)
			broken := clitest.WriteFile(t, filepath.Join(folder, "broken.yaml"),
				strings.Replace(text, "state_dir: state", "state_dir: broken", 1))
			p := clitest.Launch(nil, "--config", whole, "login", "Alice", "--paste")
			code, err := clitest.LoginByPaste(t.Context(), p, "Alice", "allow")
			if err != nil || code != 0 {
				t.Fatalf("login: %d, %v", code, err)
			}
			clitest.Must(t, os.CopyFS(filepath.Join(folder, "broken"), os.DirFS(filepath.Join(folder, "state"))))
			clitest.Must(t, os.Chmod(filepath.Join(folder, "broken", "tokens"), 0o700))

			random := rand.New(rand.NewPCG(1, 2))
			kills := 0
			for range 50 {
				k.after.Store(random.IntN(2) == 0)
				k.requests.Store(1 + random.Int64N(12))
				child := exec.CommandContext(t.Context(), "vitals2mqtt", "--config", broken, command, "alice")
				child.Env = append(os.Environ(), "EXAMPLE="+example)
				clitest.Must(t, child.Start())
				k.process.Store(child.Process)
				if child.Wait() == nil {
					break
				}
				kills++
			}
			k.requests.Store(0)
			clitest.Run(t, "--config", broken, command, "alice").Expect(t, 0)
			clitest.Run(t, "--config", whole, command, "alice").Expect(t, 0)
			until := "--until=" + o.Cloud.Now().AddDate(0, 0, -4).Format(time.DateOnly)
			want := clitest.Run(t, "--config", whole, "export", "alice", until)
			got := clitest.Run(t, "--config", broken, "export", "alice", until)
			if lines := strings.Count(want.Stdout, "\n"); want.Code != 0 || lines < 5_000 || kills < 3 {
				t.Fatalf("%d lines after %d kills\n%s", lines, kills, want.Stderr)
			}
			if got.Stdout != want.Stdout {
				t.Errorf("after %d kills, the archive has %d lines instead of %d", kills,
					strings.Count(got.Stdout, "\n"), strings.Count(want.Stdout, "\n"))
			}
		})
	}
}
