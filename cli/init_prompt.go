// SPDX-License-Identifier: MIT

package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"vitals2mqtt/internal/secret"
)

// prompter asks at a terminal. The questions go to the standard error: the
// standard output may be a file.
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
	p := prompter{ctx: ctx, in: bufio.NewReader(s.Stdin), out: s.Stderr}
	p.saveTerminal = func() func() { return saveTerminalState(s.Stdin) }
	p.readHidden = func() (string, error) {
		file, ok := s.Stdin.(*os.File)
		if !ok {
			return p.in.ReadString('\n')
		}
		text, err := term.ReadPassword(int(file.Fd()))
		_, _ = fmt.Fprintln(s.Stderr)
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
