// SPDX-License-Identifier: MIT

package cli

import (
	"errors"
	"io"
	"strconv"
	"strings"

	"vitals2mqtt/find"
	"vitals2mqtt/internal/secret"
	"vitals2mqtt/setup"
)

// originTyped is the origin of a broker that the user has entered.
const originTyped = "entered by you"

// questions asks for the values of the file, and checks each answer as the
// configuration does.
type questions struct {
	prompter

	file   setup.File
	filled setup.Answers
	ended  bool // the end of the input: the rest is skipped
}

func newQuestions(p prompter, file setup.File) *questions {
	return &questions{prompter: p, file: file}
}

// askAll asks all questions. Every answer may be empty.
func (q *questions) askAll(found []find.Broker) (setup.Answers, error) {
	printTo(q.out, "Press Enter to skip a question or to take the value in brackets.\n\n")
	for _, ask := range []func() error{
		func() error { return q.askBroker(found) },
		q.askCredentials,
		q.askApplication,
		q.askCallback,
		q.askProfiles,
	} {
		if err := ask(); err != nil {
			return setup.Answers{}, err
		}
	}
	printTo(q.out, "\n")
	return q.filled, nil
}

// askBroker offers the brokers that were found, or takes another address.
func (q *questions) askBroker(found []find.Broker) error {
	question := "MQTT broker URL [mqtt://localhost:1883]: "
	if len(found) > 0 {
		printTo(q.out, "MQTT brokers found:\n")
		for n, broker := range found {
			printTo(q.out, "  %d  %s (%s)\n", n+1, broker.URL, broker.Origin)
		}
		question = "Choose a number or enter another URL [1]: "
	}
	return q.ask(question, "mqtt.url", func(text string) setup.Answers {
		filled := q.filled
		number, err := strconv.Atoi(text)
		switch {
		case text == "":
			filled.Broker = firstBroker(found)
		case err == nil && number >= 1 && number <= len(found):
			filled.Broker = found[number-1]
		case strings.Contains(text, "://"):
			filled.Broker = find.Broker{URL: text, Origin: originTyped}
		default:
			filled.Broker = find.Broker{URL: "mqtt://" + text, Origin: originTyped}
		}
		return filled
	})
}

// askCredentials asks for user and password at the broker, unless they were
// found with it.
func (q *questions) askCredentials() error {
	if q.filled.Broker.Username != "" {
		return nil
	}
	question := "Broker user name (empty for anonymous access): "
	if q.filled.Broker.Asks {
		question = "Broker user name (this broker requires one): "
	}
	err := q.ask(question, "mqtt.username", func(text string) setup.Answers {
		filled := q.filled
		filled.Broker.Username = text
		return filled
	})
	if err != nil || q.filled.Broker.Username == "" {
		return err
	}
	q.filled.Broker.Password, err = q.askSecret("Broker password (hidden): ")
	return err
}

// askApplication asks for client id and secret.
func (q *questions) askApplication() error {
	printTo(q.out, "\nYour application in the developer portal, https://developer.withings.com:\n")
	err := q.ask("Client id: ", "withings.client_id", func(text string) setup.Answers {
		filled := q.filled
		filled.ClientID = text
		return filled
	})
	if err != nil || q.filled.ClientID == "" {
		return err
	}
	q.filled.ClientSecret, err = q.askSecret("Client secret (hidden): ")
	return err
}

// askCallback asks for the registered callback.
func (q *questions) askCallback() error {
	printTo(q.out, "Callback URL, exactly as registered there. The portal wants a public https\n"+
		"address; any page that opens will do, such as https://example.org/: then sign\n"+
		"in with `login NAME --paste`.\n")
	return q.ask("Callback URL [http://127.0.0.1:8099/oauth/callback]: ", "withings.callback_url",
		func(text string) setup.Answers {
			filled := q.filled
			filled.BaseURL, filled.CallbackURL = setup.SplitCallback(text)
			return filled
		})
}

func (q *questions) askProfiles() error {
	printTo(q.out, "\n")
	question := "Profile names (the people whose measurements to publish), separated by commas: "
	return q.ask(question, "withings.profiles", func(text string) setup.Answers {
		filled := q.filled
		filled.Profiles = nil
		for name := range strings.SplitSeq(text, ",") {
			if name = strings.TrimSpace(name); name != "" {
				filled.Profiles = append(filled.Profiles, name)
			}
		}
		return filled
	})
}

// ask asks until the configuration accepts the answer for a key.
func (q *questions) ask(question, key string, apply func(text string) setup.Answers) error {
	for !q.ended {
		printTo(q.out, "%s", question)
		text, err := q.nextLine()
		if errors.Is(err, io.EOF) {
			q.ended = true
		} else if err != nil {
			return err
		}
		filled := apply(text)
		problem := q.problemWith(filled, key)
		if problem == "" || q.ended {
			q.filled = filled
			return nil
		}
		printTo(q.out, "  This cannot be used: %s.\n", problem)
	}
	return nil
}

// askSecret reads a secret without echo.
func (q *questions) askSecret(question string) (secret.Text, error) {
	if q.ended {
		return secret.Text{}, nil
	}
	return q.promptSecret(question)
}

// problemWith returns what the configuration says about a key with these
// answers, "" for nothing.
func (q *questions) problemWith(filled setup.Answers, key string) string {
	keys := []string{key}
	if key == "withings.callback_url" {
		keys = append(keys, "withings.base_url")
	}
	return q.file.Problem(filled, keys...)
}
