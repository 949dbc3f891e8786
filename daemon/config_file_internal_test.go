// SPDX-License-Identifier: MIT

package daemon

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
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
		w.write(t, "second")
		w.expectNext(t, "second")
		if got := strings.Count(w.log.String(), "reload failed"); got != 2 {
			t.Errorf("%d failures, want one for each mistake: %s", got, &w.log)
		}
	})
}

// Only another content is a change: not a file that could not be read for a
// moment, or had another content and has the former again.
func TestConfigFileIsReadOnlyWhenItsContentChanged(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "config.yaml")
	synctest.Test(t, func(t *testing.T) {
		w := &watchFixture{}
		w.watch(t, path)
		for _, gone := range []time.Duration{500 * time.Millisecond, 20 * time.Second} {
			<-time.After(4800 * time.Millisecond)
			if err := os.Rename(path, path+".aside"); err != nil {
				t.Fatal(err)
			}
			<-time.After(gone)
			if err := os.Rename(path+".aside", path); err != nil {
				t.Fatal(err)
			}
			w.expectNext(t, "")
		}
		if got := strings.Count(w.log.String(), "reload failed"); got != 1 {
			t.Errorf("%d failures, want one for the file that was gone for long: %s", got, &w.log)
		}
		w.write(t, "invalid")
		w.expectNext(t, "")
		w.write(t, "first")
		w.expectNext(t, "")
		w.write(t, "invalid") // the same mistake a second time
		w.expectNext(t, "")
		if got := strings.Count(w.log.String(), "reload failed"); got != 3 {
			t.Errorf("%d failures, want one more for each mistake: %s", got, &w.log)
		}
	})
}

// An editor writes a file in pieces; the first of them may be valid.
func TestConfigFileIsReadWhenItIsWhole(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "config.yaml")
	synctest.Test(t, func(t *testing.T) {
		w := &watchFixture{}
		w.watch(t, path)
		<-time.After(4500 * time.Millisecond)
		for _, text := range []string{"", "sec", "invalid", "seco", "second"} {
			w.write(t, text)
			<-time.After(600 * time.Millisecond)
		}
		w.expectNext(t, "second")
		w.expectNext(t, "")
		if w.log.Len() > 0 {
			t.Errorf("logged %s", &w.log)
		}
	})
}

// What a shell passes for <(…) can be read once.
func TestPipeIsNotFollowed(t *testing.T) {
	t.Parallel()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	path := "/dev/fd/" + strconv.Itoa(int(read.Fd()))
	if _, err := os.Stat(path); err != nil {
		t.Skip("no /dev/fd here")
	}
	if _, err := write.WriteString("first"); err != nil {
		t.Fatal(err)
	}
	if err := write.Close(); err != nil {
		t.Fatal(err)
	}
	file := NewConfigFile(path, (&watchFixture{}).read)
	if c, err := file.Load(); err != nil || c.StateDir != "first" {
		t.Errorf("%+v, %v", c, err)
	}
	if next, _ := file.poll(true, time.Second, zerolog.Nop()); next != nil {
		t.Errorf("read again: %+v", next)
	}
	if err := read.Close(); err != nil {
		t.Fatal(err)
	}
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
