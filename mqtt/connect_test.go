// SPDX-License-Identifier: MIT

package mqtt_test

import (
	"errors"
	"strings"
	"testing"

	"vitals2mqtt/internal/secret"
	"vitals2mqtt/mqtt"
	"vitals2mqtt/mqtt/broker"
)

func TestBadPasswordIsReportedAndRetried(t *testing.T) {
	t.Parallel()
	b := startBroker(t, broker.Options{Username: "v", Password: secret.New("right")})
	o := mqtt.Options{
		URL:        b.URL(),
		Username:   "v",
		Password:   secret.New("wrong"),
		StateTopic: stateTopic,
		ClientID:   "probe",
	}
	if err := mqtt.CheckConnection(t.Context(), o); !errors.Is(err, mqtt.ErrNotAuthorized) {
		t.Errorf("probe: %v, want ErrRefused", err)
	}
	c, _ := client(t, mqtt.Options{URL: b.URL(), Username: "v", Password: secret.New("wrong")}, nil)
	waitUntil(t, "the refusal is noticed", func() bool { return c.Status().NotAuthorized })
	if text := c.Status().LastError; strings.Contains(text, "wrong") {
		t.Errorf("the password is in the error: %s", text)
	}
	address := b.Addr()
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	c.Set("v/x", []byte("1"))
	b = startBroker(t, broker.Options{Listen: address, Username: "v", Password: secret.New("wrong")}) // fixed
	flush(t, c)
	if retainedOwn(b)["v/x"] != "1" || c.Status().NotAuthorized {
		t.Errorf("after the fix: %v, %+v", retainedOwn(b), c.Status())
	}
	o.Password = secret.New("wrong")
	if err := mqtt.CheckConnection(t.Context(), o); err != nil {
		t.Errorf("probe: %v", err)
	}
}

func TestCheckConnectionUnreachable(t *testing.T) {
	t.Parallel()
	b := startBroker(t, broker.Options{})
	address := b.Addr()
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	for _, target := range []string{"mqtt://" + address, "http://" + address, "mqtt://"} {
		err := mqtt.CheckConnection(t.Context(), mqtt.Options{URL: target, StateTopic: stateTopic, ClientID: "probe"})
		if !errors.Is(err, mqtt.ErrUnreachable) {
			t.Errorf("%s: %v, want ErrUnreachable", target, err)
		}
	}
}
