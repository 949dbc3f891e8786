package cli

import (
	"errors"
	"io"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"vitals2mqtt/config"
	"vitals2mqtt/find"
	"vitals2mqtt/internal/secret"
)

// placeRegexp matches a place in a file that is not there yet.
var placeRegexp = regexp.MustCompile(`; the first is on line \d+`)

// originTyped is the origin of a broker that the user has entered.
const originTyped = "entered by you"

// questions asks for the values of the file, and checks each answer as the
// configuration does.
type questions struct {
	prompter

	path, example string
	filled        answers
	ended         bool // the end of the input: the rest is skipped
}

func newQuestions(p prompter, path, example string) *questions {
	return &questions{prompter: p, path: path, example: example}
}

// askAll asks all questions. Every answer may be empty.
func (q *questions) askAll(found []find.Broker) (answers, error) {
	printTo(q.out, "Press Enter to skip a question or to take the value in brackets.\n\n")
	for _, ask := range []func() error{
		func() error { return q.askBroker(found) },
		q.askCredentials,
		q.askApplication,
		q.askCallback,
		q.askProfiles,
	} {
		if err := ask(); err != nil {
			return answers{}, err
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
	return q.ask(question, "mqtt.url", func(text string) answers {
		filled := q.filled
		number, err := strconv.Atoi(text)
		switch {
		case text == "":
			filled.broker = firstBroker(found)
		case err == nil && number >= 1 && number <= len(found):
			filled.broker = found[number-1]
		case strings.Contains(text, "://"):
			filled.broker = find.Broker{URL: text, Origin: originTyped}
		default:
			filled.broker = find.Broker{URL: "mqtt://" + text, Origin: originTyped}
		}
		return filled
	})
}

// askCredentials asks for user and password at the broker, unless they were
// found with it.
func (q *questions) askCredentials() error {
	if q.filled.broker.Username != "" {
		return nil
	}
	question := "Broker user name (empty for anonymous access): "
	if q.filled.broker.Asks {
		question = "Broker user name (this broker requires one): "
	}
	err := q.ask(question, "mqtt.username", func(text string) answers {
		filled := q.filled
		filled.broker.Username = text
		return filled
	})
	if err != nil || q.filled.broker.Username == "" {
		return err
	}
	q.filled.broker.Password, err = q.askSecret("Broker password (hidden): ")
	return err
}

// askApplication asks for client id and secret.
func (q *questions) askApplication() error {
	printTo(q.out, "\nYour application in the developer portal, https://developer.withings.com:\n")
	err := q.ask("Client id: ", "withings.client_id", func(text string) answers {
		filled := q.filled
		filled.clientID = text
		return filled
	})
	if err != nil || q.filled.clientID == "" {
		return err
	}
	q.filled.clientSecret, err = q.askSecret("Client secret (hidden): ")
	return err
}

// askCallback asks for the registered callback.
func (q *questions) askCallback() error {
	printTo(q.out, "Callback URL, exactly as registered there. The portal wants a public https\n"+
		"address; any page that opens will do, such as https://example.org/: then sign\n"+
		"in with `login NAME --paste`.\n")
	return q.ask("Callback URL [http://127.0.0.1:8099/oauth/callback]: ", "withings.callback_url",
		func(text string) answers {
			filled := q.filled
			filled.baseURL, filled.callbackURL = splitCallback(text)
			return filled
		})
}

// splitCallback returns the address of the page for the callback of a page,
// else the callback itself.
func splitCallback(callback string) (baseURL, callbackURL string) {
	parsed, err := url.Parse(callback)
	if base, own := strings.CutSuffix(callback, "/oauth/callback"); own && err == nil && parsed.Host != "" {
		return base, ""
	}
	return "", callback
}

func (q *questions) askProfiles() error {
	printTo(q.out, "\n")
	question := "Profile names (the people whose measurements to publish), separated by commas: "
	return q.ask(question, "withings.profiles", func(text string) answers {
		filled := q.filled
		filled.profiles = nil
		for name := range strings.SplitSeq(text, ",") {
			if name = strings.TrimSpace(name); name != "" {
				filled.profiles = append(filled.profiles, name)
			}
		}
		return filled
	})
}

// ask asks until the configuration accepts the answer for a key.
func (q *questions) ask(question, key string, apply func(text string) answers) error {
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
func (q *questions) problemWith(filled answers, key string) string {
	if filled.clientID == "" {
		filled.clientID = "0" // asked for later
	}
	if filled.clientSecret.IsEmpty() {
		filled.clientSecret = secret.New("0")
	}
	_, _, err := config.Parse(q.path, []byte(filled.render(q.example)), nil, vocabulary())
	problems, _ := errors.AsType[config.Errors](err)
	for _, problem := range problems {
		mistaken := strings.HasPrefix(problem.Path, key)
		if mistaken || key == "withings.callback_url" && strings.HasPrefix(problem.Path, "withings.base_url") {
			return placeRegexp.ReplaceAllString(problem.Text, "")
		}
	}
	return ""
}
