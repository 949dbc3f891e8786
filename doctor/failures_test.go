// SPDX-License-Identifier: MIT

package doctor_test

import (
	"bytes"
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"vitals2mqtt/config"
	"vitals2mqtt/discovery"
	"vitals2mqtt/doctor"
	"vitals2mqtt/mqtt"
	"vitals2mqtt/sensors"
)

func TestFailuresAreFound(t *testing.T) {
	t.Parallel()
	for name, failure := range failureCases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newHarness(t, failure.setup)
			if failure.sabotage != nil {
				failure.sabotage(s)
			}
			report := doctor.Run(t.Context(), s.input)
			at := slices.IndexFunc(report.Findings, func(f doctor.Finding) bool { return f.Code == failure.code })
			var table, machine bytes.Buffer
			must(t, report.WriteTable(&table))
			must(t, report.WriteJSON(&machine))
			if at < 0 {
				t.Fatalf("no %s in:\n%s", failure.code, &table)
			}
			f := report.Findings[at]
			if !strings.Contains(f.Text()+"\n", failure.text) || !strings.Contains(f.Remedy(), failure.remedy) ||
				f.Remedy() != "" && failure.remedy == "" || f.Kind != failure.kind {
				t.Errorf("want kind %d with %q and %q in:\n%s", failure.kind, failure.text, failure.remedy, &table)
			}
			checkFacts(t, report)
			if _, failed := report.WorstFailure(); failed != (f.Level == doctor.Fail || failure.alsoFails) {
				t.Errorf("failed is %v:\n%s", failed, &table)
			}
			text := table.String() + machine.String()
			if strings.Contains(text, s.secret) || strings.Contains(text, s.cloud.ClientSecret()) ||
				strings.Contains(text, "hunter2") {
				t.Errorf("a secret is in the report:\n%s", text)
			}
		})
	}
}

// checkFacts checks that sentences are complete, and that facts are numbers or
// terms of the program.
func checkFacts(t *testing.T, report doctor.Report) {
	t.Helper()
	for _, f := range report.Findings {
		if text := f.Text() + f.Remedy(); strings.ContainsAny(text, "{}") {
			t.Errorf("%s: a fact is missing in %q", f.Code, text)
		}
		for name, fact := range f.Facts {
			term, isTerm := fact.(string)
			if isTerm && !factPattern.MatchString(term) {
				t.Errorf("%s: the fact %s is %q", f.Code, name, term)
			}
		}
	}
}

var factPattern = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_.,\[\]<> -]*$`)

// reloadBroker applies a changed configuration.
func (s *harness) reloadBroker() { s.useBroker(s.input.Config.MQTT.URL) }

func (s *harness) useBroker(address string) {
	c := s.input.Config.MQTT
	s.input.Broker = func(ctx context.Context, i mqtt.ProbeOptions) (mqtt.ProbeResult, error) {
		return mqtt.Probe(ctx, mqtt.Options{
			URL: address, Username: c.Username, Password: c.Password, ClientID: "doctor",
		}, i)
	}
}

// useEmbeddedBroker makes the broker the embedded one.
func (s *harness) useEmbeddedBroker() {
	s.useBroker(s.broker.URL())
	s.input.Config.MQTT.URL = config.Embedded
}

// publishDocument publishes the document of a profile.
func (s *harness) publishDocument(site discovery.Site, slug string) {
	s.t.Helper()
	s.publishDocumentFor(site, slug, "4711")
}

func (s *harness) publishDocumentFor(site discovery.Site, slug, userID string) {
	s.t.Helper()
	row, ok := sensors.Lookup("weight_kg")
	if !ok {
		s.t.Fatal("no weight")
	}
	document := discovery.ProfileDocument(site, discovery.Profile{
		Slug:    slug,
		Name:    slug,
		UserID:  userID,
		Sensors: []sensors.Sensor{row},
	})
	s.daemon.Set(document.Topic(site.Tree), document.JSON())
	s.flush()
}

// skewedCloud has a clock that differs from ours.
type skewedCloud struct {
	doctor.Cloud

	ahead time.Duration
}

func (s skewedCloud) ClockOffset() (time.Duration, bool) { return s.ahead, true }

// cannedWeb responds to notifications with a status or an error.
type cannedWeb struct {
	doctor.Web

	status int
	err    error
}

func (e cannedWeb) Head(ctx context.Context, address string) (int, error) {
	if !strings.Contains(address, "/notify/") {
		return e.Web.Head(ctx, address)
	}
	return e.status, e.err
}

// unreachableWeb fails every HEAD request.
type unreachableWeb struct{ doctor.Web }

func (unreachableWeb) Head(context.Context, string) (int, error) {
	return 0, errors.New("no such host")
}
