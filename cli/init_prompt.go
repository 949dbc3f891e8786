package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"golang.org/x/term"

	"vitals2mqtt/find"
	"vitals2mqtt/internal/secret"
)

// prompter asks a person at a terminal for what the file needs. Everything may
// be left empty and put in later.
type prompter struct {
	ctx context.Context //nolint:containedctx // it lives as long as one command
	in  *bufio.Reader
	out io.Writer
	// readHidden reads a line that does not show.
	readHidden func() (string, error)
	// saveTerminal notes how the saveTerminal is, and returns what makes it so again: whoever
	// is stopped at a line that does not show would be left with one that never does.
	saveTerminal func() (restore func())
}

func newPrompter(ctx context.Context, s *session) prompter {
	i := prompter{ctx: ctx, in: bufio.NewReader(s.Stdin), out: s.Stdout}
	i.saveTerminal = func() func() { return saveTerminalState(s.Stdin) }
	i.readHidden = func() (string, error) {
		file, ok := s.Stdin.(*os.File)
		if !ok {
			return i.in.ReadString('\n')
		}
		text, err := term.ReadPassword(int(file.Fd()))
		_, _ = fmt.Fprintln(s.Stdout)
		return string(text), err
	}
	return i
}

func saveTerminalState(in io.Reader) (restore func()) {
	file, ok := in.(*os.File)
	if !ok {
		return func() {}
	}
	state, err := term.GetState(int(file.Fd()))
	if err != nil {
		return func() {}
	}
	return func() { _ = term.Restore(int(file.Fd()), state) }
}

// promptAll goes through the questions.
func (i prompter) promptAll(found []find.Broker) (a answers, err error) {
	_, _ = fmt.Fprint(i.out, "Press Enter to skip a question.\n\n")
	if a.broker, err = i.chooseBroker(found); err != nil {
		return a, err
	}
	if a.broker.Asks {
		if a.broker.Username, err = i.promptLine("Broker user name: "); err != nil {
			return a, err
		}
		if a.broker.Username != "" {
			if a.broker.Password, err = i.promptSecret("Broker password (hidden): "); err != nil {
				return a, err
			}
		}
	}
	if a.clientID, err = i.promptLine("Client id (from the Withings developer portal): "); err != nil {
		return a, err
	}
	if a.clientID != "" {
		if a.clientSecret, err = i.promptSecret("Client secret (hidden): "); err != nil {
			return a, err
		}
	}
	if a.callbackURL, err = i.promptLine("Callback URL, exactly as registered there: "); err != nil {
		return a, err
	}
	names, err := i.promptLine("Profile names, separated by commas: ")
	for name := range strings.SplitSeq(names, ",") {
		if name = strings.TrimSpace(name); name != "" {
			a.profiles = append(a.profiles, name)
		}
	}
	_, _ = fmt.Fprintln(i.out)
	return a, err
}

// chooseBroker lets a person choose from what was found, or name another.
func (i prompter) chooseBroker(found []find.Broker) (find.Broker, error) {
	question := "MQTT broker URL (for example mqtt://homeserver.lan:1883): "
	if len(found) > 0 {
		_, _ = fmt.Fprintln(i.out, "MQTT brokers found:")
		for n, broker := range found {
			_, _ = fmt.Fprintf(i.out, "  %d  %s (%s)\n", n+1, broker.URL, broker.Origin)
		}
		question = "Choose a number or enter another URL [1]: "
	}
	text, err := i.promptLine(question)
	if err != nil {
		return find.Broker{}, err
	}
	number, parseErr := strconv.Atoi(text)
	switch {
	case text == "":
		return firstBroker(found), nil
	case parseErr == nil && number >= 1 && number <= len(found):
		return found[number-1], nil
	case !strings.Contains(text, "://"):
		text = "mqtt://" + text
	}
	return find.Broker{URL: text, Origin: "entered by you"}, nil
}

func (i prompter) promptSecret(question string) (secret.Text, error) {
	_, _ = fmt.Fprint(i.out, question)
	restore := i.saveTerminal()
	text, err := i.readAnswer(i.readHidden)
	if i.ctx.Err() != nil {
		restore()
		_, _ = fmt.Fprintln(i.out)
	}
	return secret.New(text), err
}

func (i prompter) promptLine(question string) (string, error) {
	_, _ = fmt.Fprint(i.out, question)
	return i.readAnswer(func() (string, error) { return i.in.ReadString('\n') })
}

// readAnswer waits for a line, unless the program is stopped first. Input that ends
// leaves the rest for later.
func (i prompter) readAnswer(get func() (string, error)) (string, error) {
	if i.ctx.Err() != nil {
		return "", context.Cause(i.ctx)
	}
	type line struct {
		text string
		err  error
	}
	got := make(chan line, 1)
	go func() {
		text, err := get()
		got <- line{text, err}
	}()
	select {
	case l := <-got:
		if l.err != nil && !errors.Is(l.err, io.EOF) {
			return "", fmt.Errorf("reading the answer: %w", l.err)
		}
		return strings.TrimSpace(l.text), nil
	case <-i.ctx.Done():
		return "", context.Cause(i.ctx)
	}
}
