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

// prompter asks at a terminal for the values of the file. Every answer may be
// empty.
type prompter struct {
	ctx context.Context //nolint:containedctx // it lives as long as one command
	in  *bufio.Reader
	out io.Writer
	// readHidden reads a line without echo.
	readHidden func() (string, error)
	// saveTerminal returns a function that restores the terminal: an interrupted
	// hidden line would leave it without echo.
	saveTerminal func() (restore func())
}

func newPrompter(ctx context.Context, s *session) prompter {
	p := prompter{ctx: ctx, in: bufio.NewReader(s.Stdin), out: s.Stdout}
	p.saveTerminal = func() func() { return saveTerminalState(s.Stdin) }
	p.readHidden = func() (string, error) {
		file, ok := s.Stdin.(*os.File)
		if !ok {
			return p.in.ReadString('\n')
		}
		text, err := term.ReadPassword(int(file.Fd()))
		_, _ = fmt.Fprintln(s.Stdout)
		return string(text), err
	}
	return p
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

// promptAll asks all questions.
func (p prompter) promptAll(found []find.Broker) (a answers, err error) {
	_, _ = fmt.Fprint(p.out, "Press Enter to skip a question.\n\n")
	if a.broker, err = p.chooseBroker(found); err != nil {
		return a, err
	}
	if a.broker.Asks {
		if a.broker.Username, err = p.promptLine("Broker user name: "); err != nil {
			return a, err
		}
		if a.broker.Username != "" {
			if a.broker.Password, err = p.promptSecret("Broker password (hidden): "); err != nil {
				return a, err
			}
		}
	}
	if a.clientID, err = p.promptLine("Client id (from the Withings developer portal): "); err != nil {
		return a, err
	}
	if a.clientID != "" {
		if a.clientSecret, err = p.promptSecret("Client secret (hidden): "); err != nil {
			return a, err
		}
	}
	if a.callbackURL, err = p.promptLine("Callback URL, exactly as registered there: "); err != nil {
		return a, err
	}
	names, err := p.promptLine("Profile names, separated by commas: ")
	for name := range strings.SplitSeq(names, ",") {
		if name = strings.TrimSpace(name); name != "" {
			a.profiles = append(a.profiles, name)
		}
	}
	_, _ = fmt.Fprintln(p.out)
	return a, err
}

// chooseBroker offers the brokers that were found, or takes another address.
func (p prompter) chooseBroker(found []find.Broker) (find.Broker, error) {
	question := "MQTT broker URL (for example mqtt://homeserver.lan:1883): "
	if len(found) > 0 {
		_, _ = fmt.Fprintln(p.out, "MQTT brokers found:")
		for n, broker := range found {
			_, _ = fmt.Fprintf(p.out, "  %d  %s (%s)\n", n+1, broker.URL, broker.Origin)
		}
		question = "Choose a number or enter another URL [1]: "
	}
	text, err := p.promptLine(question)
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

func (p prompter) promptSecret(question string) (secret.Text, error) {
	_, _ = fmt.Fprint(p.out, question)
	restore := p.saveTerminal()
	text, err := p.readAnswer(p.readHidden)
	if p.ctx.Err() != nil {
		restore()
		_, _ = fmt.Fprintln(p.out)
	}
	return secret.New(text), err
}

func (p prompter) promptLine(question string) (string, error) {
	_, _ = fmt.Fprint(p.out, question)
	return p.readAnswer(func() (string, error) { return p.in.ReadString('\n') })
}

// nextLine returns the next line, or io.EOF at the end of the input.
func (p prompter) nextLine() (string, error) {
	return p.read(func() (string, error) { return p.in.ReadString('\n') })
}

// readAnswer waits for a line. The end of the input is an empty answer.
func (p prompter) readAnswer(get func() (string, error)) (string, error) {
	line, err := p.read(get)
	if errors.Is(err, io.EOF) {
		return "", nil
	}
	return line, err
}

// read waits for a line or the end of the context.
func (p prompter) read(get func() (string, error)) (string, error) {
	if p.ctx.Err() != nil {
		return "", context.Cause(p.ctx)
	}
	type line struct {
		text string
		err  error
	}
	got := make(chan line, 1)
	go func() { // reading from a terminal cannot be cancelled
		text, err := get()
		got <- line{text, err}
	}()
	select {
	case l := <-got:
		text := strings.TrimSpace(l.text)
		switch {
		case errors.Is(l.err, io.EOF) && text == "":
			return "", io.EOF
		case l.err != nil && !errors.Is(l.err, io.EOF):
			return "", fmt.Errorf("reading the answer: %w", l.err)
		}
		return text, nil
	case <-p.ctx.Done():
		return "", context.Cause(p.ctx)
	}
}
