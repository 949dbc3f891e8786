// SPDX-License-Identifier: MIT

package config_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"vitals2mqtt/config"
)

func TestFind(t *testing.T) {
	t.Chdir(t.TempDir())
	none := func(string) string { return "" }
	named := func(name string) string { return map[string]string{"V2M_CONFIG": "from-env.yaml"}[name] }
	if path, ok := config.Find("", none); ok && path != "/etc/vitals2mqtt/config.yaml" {
		t.Errorf("in an empty folder: %q", path)
	}
	write(t, "config.yaml", "")
	for _, row := range []struct {
		explicit string
		getenv   func(string) string
		want     string
	}{
		{"flag.yaml", named, "flag.yaml"}, {"", named, "from-env.yaml"}, {"", none, "config.yaml"},
	} {
		if path, ok := config.Find(row.explicit, row.getenv); !ok || path != row.want {
			t.Errorf("%q, %v, want %q", path, ok, row.want)
		}
	}
}

func TestFindSkipsDirectories(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.Mkdir("config.yaml", 0o700); err != nil {
		t.Fatal(err)
	}
	if path, _ := config.Find("", func(string) string { return "" }); path == "config.yaml" {
		t.Error("a folder was found")
	}
}

func TestLoadReportsReadErrors(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	_, _, err := config.Load(filepath.Join(folder, "nowhere.yaml"), nil, vocabulary())
	var problems config.Errors
	if !errors.Is(err, fs.ErrNotExist) || errors.As(err, &problems) {
		t.Errorf("missing: %v", err)
	}
	large := write(t, filepath.Join(folder, "large.yaml"), strings.Repeat("#\n", 1<<20))
	_, _, err = config.Load(large, nil, vocabulary())
	if err == nil || !strings.Contains(err.Error(), "too large: the limit is 1024 KiB") {
		t.Errorf("large: %v", err)
	}
	env := slices.Replace(minimalEnv(), 1, 2, "V2M_WITHINGS_CLIENT_SECRET_FILE="+large)
	want := "environment: V2M_WITHINGS_CLIENT_SECRET_FILE: cannot read file: larger than 64 KiB"
	if _, _, err = config.Load("", env, vocabulary()); err == nil || err.Error() != want {
		t.Errorf("large secret: %v", err)
	}
}

// The vocabulary's functions can be left out.
func TestVocabularyDefaultsFollowFromKeys(t *testing.T) {
	t.Parallel()
	words := config.Vocabulary{Keys: []string{"weight_kg", "height_m"}}
	c, _, err := config.Load("", minimalEnv(), words)
	if err != nil || strings.Join(c.Withings.Measurements, " ") != "weight_kg height_m" {
		t.Errorf("%+v, %v", c, err)
	}
	_, _, err = config.Load("", minimalEnv("V2M_WITHINGS_MEASUREMENTS=hight_m"), words)
	if err == nil || !strings.HasSuffix(err.Error(), "(did you mean height_m?)") {
		t.Error(err)
	}
}

// What Masked prints is a configuration again, and the same one.
func TestMaskedRoundTrips(t *testing.T) {
	t.Parallel()
	for _, path := range globFiles(t, "testdata/good/*.yaml") {
		c, _, err := load(t, path)
		if err != nil {
			t.Fatal(err)
		}
		first := masked(t, c)
		again, _, err := config.Source{
			Name:       "config.yaml",
			Data:       []byte(first),
			Open:       fakeFile,
			Vocabulary: vocabulary(),
		}.Parse()
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		if second := masked(t, again); second != first || c.Digest() != again.Digest() {
			t.Errorf("%s reads back as\n%s", path, second)
		}
	}
}

// A value with the name of a section is not mistaken for it.
func TestMaskedWithValuesNamedLikeSections(t *testing.T) {
	t.Parallel()
	c, _, err := config.Load("", minimalEnv("V2M_MQTT_USERNAME=tls", "V2M_MQTT_CLIENT_ID=views", "V2M_STATE_DIR=log"),
		vocabulary())
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"\n  username: tls\n", "\n  client_id: views\n", "\nstate_dir: log\nlog:\n  level: info\n", "\n  tls:\n    ca",
	} {
		if text := masked(t, c); !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

func TestDigest(t *testing.T) {
	t.Parallel()
	digest := func(more ...string) string {
		c, _, err := config.Load("", minimalEnv(more...), vocabulary())
		if err != nil {
			t.Fatal(err)
		}
		return c.Digest()
	}
	if len(digest()) != 12 || digest() != digest("V2M_WITHINGS_CLIENT_SECRET=other") {
		t.Error("the digest knows the secret")
	}
	if digest() == digest("V2M_MQTT_QOS=2") {
		t.Error("the digest does not know the rest")
	}
}

func TestSecretsAreNeverPrinted(t *testing.T) {
	t.Parallel()
	c, warnings, err := config.Load("", minimalEnv(
		"V2M_MQTT_URL=mqtt://me:hunter2@broker", "V2M_WEB_PASSWORD=hunter2", "V2M_WEB_LISTEN=:80", "V2M_HUNTER=hunter2",
	), vocabulary())
	if err != nil {
		t.Fatal(err)
	}
	if c.MQTT.Password.Reveal() != testSecret || c.MQTT.Username != "me" || c.MQTT.URL != "mqtt://broker" {
		t.Errorf("%s at %s, password %d bytes", c.MQTT.Username, c.MQTT.URL, len(c.MQTT.Password.Reveal()))
	}
	for _, text := range []string{
		masked(t, c), c.Digest(), formatWarnings(warnings), fmt.Sprintf("%v %+v %#v", c, *c, *c), fmt.Sprint(warnings),
	} {
		if strings.Contains(text, testSecret) {
			t.Errorf("printed: %s", text)
		}
	}
}
