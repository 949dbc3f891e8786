// SPDX-License-Identifier: MIT

package main_test

// allowedModules lists the packages that may import a third-party module, tests
// aside. A module that is not listed must not be imported at all.
func allowedModules() map[string][]string {
	anyPackage := []string{"*"}
	return map[string][]string{
		"github.com/alecthomas/kong":          {"cli"},
		"github.com/cenkalti/backoff/v5":      {"bridge", "mqtt", "withings"},
		"github.com/coreos/go-systemd/v22":    {"internal/sdnotify"},
		"github.com/eclipse/paho.mqtt.golang": {"mqtt"},
		"github.com/go-json-experiment/json": {
			"addon", "bridge", "checkpoint", "discovery", "sensors", "simulator", "withings",
		},
		"github.com/gofrs/flock":             {"checkpoint", "cli", "internal/atomicfile", "tokenstore"},
		"github.com/gorilla/websocket":       {"e2e", "homeassistant"},
		"github.com/mattn/go-isatty":         {"cli"},
		"github.com/mattn/go-colorable":      {"cli"},
		"github.com/mochi-mqtt/server/v2":    {"mqtt/broker"},
		"github.com/mozillazg/go-unidecode":  {"topics"},
		"github.com/robfig/cron/v3":          {"bridge", "config"},
		"github.com/VictoriaMetrics/metrics": {"web"},
		"github.com/rs/zerolog": {
			"bridge", "checkpoint", "cli", "daemon", "internal/httpserve", "mirror", "mqtt", "mqtt/broker", "push",
			"release", "signin", "simulator",
			"tokenstore",
			"web", "withings",
		},
		"modernc.org/sqlite":                {"history"},
		"rsc.io/qr":                         {"web"},
		"github.com/schollz/progressbar/v3": {"cli"},
		"golang.org/x/net":                  {"find"},
		"golang.org/x/oauth2":               {"withings"},
		"golang.org/x/sync":                 anyPackage,
		"golang.org/x/sys":                  {"internal/atomicfile", "tokenstore", "cli"},
		"golang.org/x/term":                 {"cli"},
		"golang.org/x/text":                 {"topics"},
		"golang.org/x/time":                 {"bridge", "push", "simulator", "web", "withings"},
		"gopkg.in/yaml.v3":                  {"config", "dashboard", "deploy", "docs"},
	}
}

// testModules lists the modules that only tests may import.
func testModules() []string {
	return []string{
		"github.com/chromedp/cdproto", "github.com/chromedp/chromedp", // the browser of e2e/browser
		"github.com/emersion/go-ical", "github.com/google/go-cmp", "github.com/rogpeppe/go-internal", "go.uber.org/goleak",
		"pgregory.net/rapid",
	}
}
