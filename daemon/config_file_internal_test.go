package daemon

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/config"
)

// watchFixture is a watched configuration file in a synctest bubble.
type watchFixture struct {
	path    string
	log     strings.Builder
	hangups chan os.Signal
	next    <-chan *config.Config
}

// read accepts every text but "invalid".
func (*watchFixture) read(path string) (*config.Config, error) {
	data, err := os.ReadFile(path)
	if string(data) == "invalid" {
		err = errors.New("not valid")
	}
	return &config.Config{StateDir: string(data)}, err
}

// watch begins with a loaded file; "" is a configuration without a file.
func (w *watchFixture) watch(t *testing.T, path string) {
	t.Helper()
	w.path, w.hangups = path, make(chan os.Signal)
	file := NewConfigFile(path, w.read)
	if path != "" {
		w.write(t, "first")
		if c, err := file.Load(); err != nil || c.StateDir != "first" {
			t.Fatalf("%+v, %v", c, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	w.next = file.watch(ctx, Options{Hangups: w.hangups}, zerolog.New(&w.log))
}

func (w *watchFixture) write(t *testing.T, text string) {
	t.Helper()
	if err := os.WriteFile(w.path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// expectNext waits for a configuration, "" for none within two intervals.
func (w *watchFixture) expectNext(t *testing.T, want string) {
	t.Helper()
	got := ""
	select {
	case c := <-w.next:
		got = c.StateDir
	case <-time.After(11 * time.Second):
	}
	if got != want {
		t.Errorf("the next configuration is %q, want %q", got, want)
	}
}

func TestConfigFileDeliversChanges(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "config.yaml")
	synctest.Test(t, func(t *testing.T) {
		w := &watchFixture{}
		w.watch(t, path)
		w.expectNext(t, "")
		w.write(t, "second")
		w.expectNext(t, "second")
		w.expectNext(t, "")
		w.hangups <- os.Interrupt // a signal reloads an unchanged file
		w.expectNext(t, "second")
		if w.log.Len() > 0 {
			t.Errorf("logged %s", &w.log)
		}
	})
}

func TestConfigFileReportsMistakesOnce(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "config.yaml")
	synctest.Test(t, func(t *testing.T) {
		w := &watchFixture{}
		w.watch(t, path)
		w.write(t, "invalid")
		w.expectNext(t, "")
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		w.expectNext(t, "")
		w.write(t, "first")
		w.expectNext(t, "first")
		if got := strings.Count(w.log.String(), "reload failed"); got != 2 {
			t.Errorf("%d failures, want one for each mistake: %s", got, &w.log)
		}
	})
}

func TestEnvironmentIsNotReloaded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := &watchFixture{}
		w.watch(t, "")
		w.expectNext(t, "")
		if w.log.Len() > 0 {
			t.Errorf("logged without a request: %s", &w.log)
		}
		w.hangups <- os.Interrupt
		w.expectNext(t, "")
		if !strings.Contains(w.log.String(), "environment changes need a restart") {
			t.Errorf("logged %s", &w.log)
		}
		var none *ConfigFile
		if none.watch(t.Context(), Options{}, zerolog.Nop()) != nil {
			t.Error("no file delivers a configuration")
		}
	})
}
