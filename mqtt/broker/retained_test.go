// SPDX-License-Identifier: MIT

package broker_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"
	"go.uber.org/goleak"

	"vitals2mqtt/mqtt/broker"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Clients subscribe while others publish; the race detector notices what is
// read without a lock. Wills, removals and refused subscriptions must not leave
// anything locked.
func TestSubscribeDuringPublish(t *testing.T) {
	t.Parallel()
	const topics, visits = 200, 20
	b, err := broker.Start(broker.Options{Allow: func(topic string, _ bool) bool { return topic != "secret" }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close() })
	client := func(o *paho.ClientOptions) paho.Client {
		c := paho.NewClient(o.AddBroker(b.URL()))
		token := c.Connect()
		token.Wait()
		if token.Error() != nil {
			t.Error(token.Error())
		}
		return c
	}
	settle := func(token paho.Token) {
		if !token.WaitTimeout(2 * time.Minute) {
			t.Error("the broker has not answered for two minutes")
		}
	}
	var group sync.WaitGroup
	group.Go(func() {
		c := client(paho.NewClientOptions())
		defer c.Disconnect(0)
		for i := range topics {
			topic := fmt.Sprintf("v/%d", i)
			settle(c.Publish(topic, 1, true, "1"))
			settle(c.Publish(topic, 1, true, ""))
			settle(c.Publish(topic, 1, true, "2"))
			settle(c.Publish("secret", 1, true, "3"))
		}
	})
	for range 3 {
		group.Go(func() {
			for i := range visits {
				c := client(paho.NewClientOptions().SetWill(fmt.Sprintf("w/%d", i), "gone", 1, true))
				settle(c.Subscribe("secret", 1, nil))
				settle(c.Subscribe("+/#", 1, func(paho.Client, paho.Message) {}))
				c.Disconnect(0)
			}
		})
	}
	group.Wait()
	retained := b.Retained()
	for i := range topics {
		if topic := fmt.Sprintf("v/%d", i); retained[topic] != "2" {
			t.Errorf("%s is retained as %q, want 2", topic, retained[topic])
		}
	}
}
