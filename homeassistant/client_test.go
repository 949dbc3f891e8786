// SPDX-License-Identifier: MIT

package homeassistant_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"vitals2mqtt/homeassistant"
	"vitals2mqtt/homeassistant/homeassistanttest"
	"vitals2mqtt/internal/secret"
)

func TestErrorsSayWhatToDo(t *testing.T) {
	t.Parallel()
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	other := httptest.NewServer(http.NotFoundHandler())
	defer other.Close()
	home := homeassistanttest.Start(t)
	for name, c := range map[string]struct {
		url, token string
		want       error
	}{
		"nobody there":   {closed.URL, home.Token, homeassistant.ErrUnreachable},
		"something else": {other.URL, home.Token, homeassistant.ErrUnreachable},
		"wrong token":    {home.URL(), "wr0ng-token", homeassistant.ErrToken},
	} {
		_, err := homeassistant.Dial(t.Context(), homeassistant.Options{URL: c.url, Token: secret.New(c.token)})
		if !errors.Is(err, c.want) || strings.Contains(err.Error(), c.token) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestImportNeedsAnAdministrator(t *testing.T) {
	t.Parallel()
	home := homeassistanttest.Start(t)
	home.NotAdmin = true
	i := newImporter(t, home, archive{hours: map[string][]homeassistant.Point{"weight_kg": years(present(), 10)}})
	_, err := i.Import(t.Context(), homeassistant.Job{
		Mode: homeassistant.ModeExternal, Series: []homeassistant.Series{weight()},
	})
	if !errors.Is(err, homeassistant.ErrNotAdmin) {
		t.Error(err)
	}
}

func TestStoppedRecorderIsNotFed(t *testing.T) {
	t.Parallel()
	home := homeassistanttest.Start(t)
	home.Stopped = true
	i := newImporter(t, home, archive{hours: map[string][]homeassistant.Point{"weight_kg": years(present(), 10)}})
	_, err := i.Import(t.Context(), homeassistant.Job{
		Mode: homeassistant.ModeExternal, Series: []homeassistant.Series{weight()},
	})
	if !errors.Is(err, homeassistant.ErrRecorder) || len(home.Imports()) != 0 {
		t.Error(err)
	}
}

// TestMetadataSuitsTheVersion checks the members that old versions refuse and
// new ones require.
func TestMetadataSuitsTheVersion(t *testing.T) {
	t.Parallel()
	for version, want := range map[string]string{
		"2024.11.3":  "has_mean",
		"2025.4.0":   "mean_type",
		"2025.10.4":  "mean_type",
		"2025.11.0":  "mean_type unit_class",
		"2026.11.0":  "mean_type unit_class",
		"2027.1.0b2": "mean_type unit_class",
		"unknown":    "mean_type unit_class",
	} {
		home := homeassistanttest.Start(t)
		home.Version = version
		i := newImporter(t, home, archive{hours: map[string][]homeassistant.Point{"weight_kg": years(present(), 1)}})
		mustImport(t, i, homeassistant.Job{Mode: homeassistant.ModeExternal, Series: []homeassistant.Series{weight()}})
		message := string(home.Imports()[0])
		for _, member := range []string{"has_mean", "mean_type", "unit_class"} {
			if strings.Contains(message, member) != strings.Contains(want, member) {
				t.Errorf("%s: %s", version, message)
			}
		}
	}
}
