package doctor_test

import (
	"bytes"
	"context"
	"errors"
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
			found := slices.ContainsFunc(report.Findings, func(f doctor.Finding) bool {
				return f.Check == failure.check && f.Level == failure.level && strings.Contains(f.Text, failure.text) &&
					strings.Contains(f.Remedy, failure.remedy) && (f.Remedy != "" || failure.remedy == "") && f.Kind == failure.kind
			})
			var table bytes.Buffer
			must(t, report.WriteTable(&table))
			if !found {
				t.Errorf("want %s %s with %q and %q in:\n%s", failure.level, failure.check, failure.text, failure.remedy, &table)
			}
			if _, failed := report.WorstFailure(); failed != (failure.level == doctor.Fail || failure.alsoFails) {
				t.Errorf("failed is %v:\n%s", failed, &table)
			}
			if strings.Contains(table.String(), s.secret) || strings.Contains(table.String(), s.cloud.ClientSecret()) ||
				strings.Contains(table.String(), "hunter2") {
				t.Errorf("a secret is in the report:\n%s", &table)
			}
		})
	}
}

// reloadBroker lets the doctor use a configuration that was changed.
func (s *harness) reloadBroker() { s.useBroker(s.input.Config.MQTT.URL) }

func (s *harness) useBroker(address string) {
	c := s.input.Config.MQTT
	s.input.Broker = func(ctx context.Context, i mqtt.ProbeOptions) (mqtt.ProbeResult, error) {
		return mqtt.Probe(ctx, mqtt.Options{
			URL: address, Username: c.Username, Password: c.Password, ClientID: "doctor",
		}, i)
	}
}

// useEmbeddedBroker makes the broker the daemon's own.
func (s *harness) useEmbeddedBroker() {
	s.useBroker(s.broker.URL())
	s.input.Config.MQTT.URL = config.Embedded
}

// publishDocument puts the document of a person onto the broker.
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
	document := discovery.ProfileDocument(site, discovery.Profile{Slug: slug, Name: slug, UserID: userID, Sensors: []sensors.Sensor{row}})
	s.daemon.Set(document.Topic(site.Tree), document.JSON())
	s.flush()
}

// skewedCloud is a cloud whose clock is not ours.
type skewedCloud struct {
	doctor.Cloud

	ahead time.Duration
}

func (s skewedCloud) ClockOffset() (time.Duration, bool) { return s.ahead, true }

// cannedWeb is a public address that answers in its own way.
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

// unreachableWeb is a web in which no address answers to HEAD.
type unreachableWeb struct{ doctor.Web }

func (unreachableWeb) Head(context.Context, string) (int, error) {
	return 0, errors.New("no such host")
}
