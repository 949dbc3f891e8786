// SPDX-License-Identifier: MIT

package setup

import (
	"context"
	"net/url"
	"strings"

	"vitals2mqtt/config"
	"vitals2mqtt/find"
	"vitals2mqtt/internal/secret"
)

// BrokerChoice is the broker that the user has chosen or entered.
type BrokerChoice struct {
	// URL is "embedded" for the one inside the program; a scheme may be missing.
	URL, Username string
	// Password is empty to keep the one that is known.
	Password secret.Text
	// Open makes the embedded broker listen to other machines.
	Open bool
}

// openListen is where an embedded broker for other machines listens.
const openListen = "0.0.0.0:1883"

// SetBroker connects to a broker and tries out what the program needs there.
func (w *Wizard) SetBroker(ctx context.Context, choice BrokerChoice) []Problem {
	if w.options.File.Variable("V2M_MQTT_URL") != "" {
		return w.prove(ctx, StepBroker, w.draft(), []string{"V2M_MQTT"}, w.options.ProveBroker, func(*Answers) {})
	}
	draft := w.draft()
	former := draft.Broker
	draft.Broker, draft.BrokerListen = w.chosen(ctx, choice), ""
	if draft.Broker.URL == "" {
		return []Problem{{Code: CodeMissing, Text: "no broker"}}
	}
	if draft.Broker.Password.IsEmpty() && former.URL == draft.Broker.URL && former.Username == draft.Broker.Username {
		draft.Broker.Password = former.Password
	}
	if draft.Broker.URL == config.Embedded && choice.Open {
		if draft.Broker.Username == "" || draft.Broker.Password.IsEmpty() {
			return []Problem{{Code: CodeNeedsUser, Text: "an open broker needs user name and password"}}
		}
		draft.BrokerListen = openListen
	}
	return w.prove(ctx, StepBroker, draft, []string{"mqtt.", "V2M_MQTT"}, w.options.ProveBroker, func(a *Answers) {
		a.Broker, a.BrokerListen = draft.Broker, draft.BrokerListen
	})
}

// chosen returns the broker of a choice. One that was found brings what is known
// about it, such as the user of Home Assistant's.
func (w *Wizard) chosen(ctx context.Context, choice BrokerChoice) find.Broker {
	address := strings.TrimSpace(choice.URL)
	broker := find.Broker{URL: address, Username: strings.TrimSpace(choice.Username), Password: choice.Password}
	if address == config.Embedded || address == "" {
		return broker
	}
	if !strings.Contains(address, "://") {
		broker.URL = "mqtt://" + address
	}
	broker = withoutUserInfo(broker)
	for _, found := range w.Brokers(ctx) {
		if found.URL == broker.URL && broker.Username == "" {
			found.Asks = false
			return found
		}
	}
	return broker
}

// withoutUserInfo moves the user name and the password of a URL into their own
// fields, so that the URL can be shown. They go before the fields: a form shows
// the user name of before. A URL that the configuration refuses stays as it is.
func withoutUserInfo(broker find.Broker) find.Broker {
	address, err := url.Parse(broker.URL)
	if err != nil || address.User == nil {
		return broker
	}
	user := address.User
	address.User = nil
	if strings.Contains(address.String(), "@") { // of a password that is not encoded
		return broker
	}
	broker.URL, broker.Username = address.String(), user.Username()
	if password, ok := user.Password(); ok {
		broker.Password = secret.New(password)
	}
	return broker
}
