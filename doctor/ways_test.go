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

func TestEveryWayToBeBroken(t *testing.T) {
	t.Parallel()
	for name, way := range ways() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := build(t, way.plan)
			if way.wreck != nil {
				way.wreck(s)
			}
			report := doctor.Examine(t.Context(), s.kase)
			told := slices.ContainsFunc(report.Findings, func(f doctor.Finding) bool {
				return f.Check == way.check && f.Level == way.level && strings.Contains(f.Text, way.text) &&
					strings.Contains(f.Cure, way.cure) && (f.Cure != "" || way.cure == "") && f.Kind == way.kind
			})
			var table bytes.Buffer
			must(t, report.Table(&table))
			if !told {
				t.Errorf("want %s %s with %q and %q in:\n%s", way.level, way.check, way.text, way.cure, &table)
			}
			if _, failed := report.Worst(); failed != (way.level == doctor.Fail || way.more) {
				t.Errorf("failed is %v:\n%s", failed, &table)
			}
			if strings.Contains(table.String(), s.secret) || strings.Contains(table.String(), s.cloud.ClientSecret()) ||
				strings.Contains(table.String(), "hunter2") {
				t.Errorf("a secret is in the report:\n%s", &table)
			}
		})
	}
}

// reach lets the doctor use a configuration that was changed.
func (s *stage) reach() { s.reachAt(s.kase.Config.MQTT.URL) }

func (s *stage) reachAt(address string) {
	c := s.kase.Config.MQTT
	s.kase.Broker = func(ctx context.Context, i mqtt.ProbeOptions) (mqtt.ProbeResult, error) {
		return mqtt.Probe(ctx, mqtt.Options{
			URL: address, Username: c.Username, Password: c.Password, ClientID: "doctor",
		}, i)
	}
}

// embed makes the broker the daemon's own.
func (s *stage) embed() {
	s.reachAt(s.broker.URL())
	s.kase.Config.MQTT.URL = config.Embedded
}

// lay puts the document of a person onto the broker.
func (s *stage) lay(site discovery.Site, slug string) {
	s.t.Helper()
	s.layFor(site, slug, "4711")
}

func (s *stage) layFor(site discovery.Site, slug, userID string) {
	s.t.Helper()
	row, ok := sensors.Lookup("weight_kg")
	if !ok {
		s.t.Fatal("no weight")
	}
	document := discovery.Person(site, discovery.Profile{Slug: slug, Name: slug, UserID: userID, Sensors: []sensors.Sensor{row}})
	s.daemon.Set(document.Topic(site.Tree), document.JSON())
	s.flush()
}

// skewed is a cloud whose clock is not ours.
type skewed struct {
	doctor.Cloud

	ahead time.Duration
}

func (s skewed) Ahead() (time.Duration, bool) { return s.ahead, true }

// elsewhere is a public address that answers in its own way.
type elsewhere struct {
	doctor.Web

	status int
	err    error
}

func (e elsewhere) Head(ctx context.Context, address string) (int, error) {
	if !strings.Contains(address, "/notify/") {
		return e.Web.Head(ctx, address)
	}
	return e.status, e.err
}

// nowhere is a web in which no address answers to HEAD.
type nowhere struct{ doctor.Web }

func (nowhere) Head(context.Context, string) (int, error) { return 0, errors.New("no such host") }
