// SPDX-License-Identifier: MIT

package mqtt_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"vitals2mqtt/mqtt"
	"vitals2mqtt/mqtt/broker"
)

func TestAskReturnsTheResponseToTheRequest(t *testing.T) {
	t.Parallel()
	running := startBroker(t, broker.Options{})
	answering, _ := client(t, mqtt.Options{URL: running.URL(), ClientID: "daemon", StateTopic: "v/state"},
		func(c *mqtt.Client) {
			c.Handle("v/request", func(m mqtt.Message) {
				c.Send("v/response", []byte("other"))
				c.Send("v/response", append([]byte("response to "), m.Payload...))
			})
		})
	answering.Set("v/ready", []byte("x")) // is published after the subscriptions
	flush(t, answering)
	got, err := mqtt.Ask(t.Context(), probeOptions(running), mqtt.Request{
		Topic:         "v/request",
		Payload:       []byte("7"),
		ResponseTopic: "v/response",
		IsResponse:    func(payload []byte) bool { return strings.HasSuffix(string(payload), "7") },
	})
	if err != nil || string(got) != "response to 7" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestAskReportsWhyThereIsNoResponse(t *testing.T) {
	t.Parallel()
	deny := func(topic string, write bool) bool { return write || topic != "v/response" }
	strict := startBroker(t, broker.Options{Allow: deny})
	request := mqtt.Request{
		Topic:         "v/request",
		ResponseTopic: "v/response",
		IsResponse:    func([]byte) bool { return true },
	}
	if _, err := mqtt.Ask(t.Context(), probeOptions(strict), request); !errors.Is(err, mqtt.ErrDenied) {
		t.Errorf("denied: %v", err)
	}
	open := startBroker(t, broker.Options{})
	answering, _ := client(t, mqtt.Options{URL: open.URL(), ClientID: "daemon"}, func(c *mqtt.Client) {
		c.Handle("v/request", func(mqtt.Message) { c.Send("v/response", []byte("to another")) })
	})
	answering.Set("v/ready", []byte("x")) // is published after the subscriptions
	flush(t, answering)
	silence := errors.New("no response")
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	unanswered := request
	unanswered.IsResponse = func([]byte) bool {
		cancel(silence) // as time does
		return false
	}
	if _, err := mqtt.Ask(ctx, probeOptions(open), unanswered); !errors.Is(err, silence) {
		t.Errorf("nobody responds: %v", err)
	}
	options := probeOptions(open)
	options.URL = "mqtt://127.0.0.1:9"
	if _, err := mqtt.Ask(t.Context(), options, request); !errors.Is(err, mqtt.ErrUnreachable) {
		t.Errorf("no broker: %v", err)
	}
}
