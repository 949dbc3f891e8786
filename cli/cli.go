// SPDX-License-Identifier: MIT

// Package cli is the command line: one file per command. It reads arguments and
// the environment, and prints; package daemon does the work.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"runtime/debug"
	"time"

	"vitals2mqtt/addon"
	"vitals2mqtt/config"
	"vitals2mqtt/daemon"
	"vitals2mqtt/exchange"
	"vitals2mqtt/find"
	"vitals2mqtt/history"
	"vitals2mqtt/internal/jitter"
	"vitals2mqtt/mqtt"
	"vitals2mqtt/withings"
)

// Exit codes of the program, the same for every command.
const (
	exitOK      = 0
	exitFailure = 1
	exitUsage   = 2 // mistake on the command line
	exitConfig  = 3 // invalid configuration
	exitSignIn  = 4 // sign-in needed
	exitBroker  = 5 // broker unreachable or connection refused
)

// Program holds everything that a command uses from outside, so that tests can
// run the whole program.
type Program struct {
	// Version is the release, "" for a build from source.
	Version string
	// Example is the commented configuration that init writes.
	Example        []byte
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Environ        []string
	// AddOn is the layout of a Home Assistant add-on; zero means the default.
	AddOn addon.Layout
	// BrokerFinders search for a broker for init; nil means the usual places.
	BrokerFinders []find.Finder
	// Jitter spreads the daemon's waits; nil means a random source.
	Jitter *jitter.Source
	// Interrupts delivers stop signals; nil means the process's own.
	Interrupts <-chan os.Signal
	// OwnsProcess says that nothing else runs in the process, so that settings of
	// the Go runtime can be changed.
	OwnsProcess bool
	Timing      Timing
}

// Timing holds the program's intervals. A field of zero means its default;
// tests set shorter ones.
type Timing struct {
	daemon.Timing

	// LoginPoll is how often `login` asks a running daemon whether the sign-in is
	// done. Default 1 s.
	LoginPoll time.Duration
	// Echo is how long `doctor` waits for a message to come back from the broker.
	// Default: see doctor.Input.
	Echo time.Duration
}

// command is what every command implements.
type command interface {
	run(ctx context.Context, s *session) error
}

// session is one run of the program.
type session struct {
	Program
	configPath string          // --config
	logLevel   string          // --log
	hardStop   context.Context // ended by the second stop signal
}

// exitPanic carries the exit that kong requests (after --help) out of the
// parser.
type exitPanic int

// Run parses the arguments, runs the command and returns the exit code.
func (p Program) Run(args []string) (code int) {
	defer func() {
		switch recovered := recover().(type) {
		case nil:
		case exitPanic:
			code = int(recovered)
		default:
			panic(recovered)
		}
	}()
	var parsed grammar
	parser := p.newParser(&parsed)
	selected, err := parser.Parse(args)
	if help, ok := selectedTarget[*helpCommand](selected); err == nil && ok {
		selected, err = parser.Parse(append(help.Command, "--help"))
	}
	if err != nil {
		_, _ = fmt.Fprintf(p.Stderr, "vitals2mqtt: %s\nSee `vitals2mqtt%s --help`.\n",
			explainUsage(err), mistakenCommand(err))
		return exitUsage
	}
	ctx, hard, stop := p.signals()
	defer stop()
	if p.Jitter == nil {
		p.Jitter = jitter.New(rand.Uint64()) //nolint:gosec // spreading load, not a secret
	}
	s := &session{Program: p, configPath: parsed.Config, logLevel: parsed.Log, hardStop: hard}
	chosen, ok := selectedTarget[command](selected)
	if !ok {
		panic("cli: " + selected.Command() + " has no run method")
	}
	err = chosen.run(ctx, s)
	if err != nil {
		printError(p.Stderr, err)
	}
	return exitCode(err)
}

// printError prints an error once, each problem of a configuration and each
// cause on a line of its own.
func printError(out io.Writer, err error) {
	if problems, ok := errors.AsType[config.Errors](err); ok {
		_, _ = fmt.Fprintln(out, problems.Error())
		return
	}
	lines := []string{err.Error()}
	if several, ok := errors.AsType[interface {
		error
		Lines() []string
	}](err); ok {
		lines = several.Lines()
	}
	for _, line := range lines {
		_, _ = fmt.Fprintln(out, "vitals2mqtt:", line)
	}
	if fault, ok := errors.AsType[*history.Error](err); ok && fault.Remedy() != "" {
		_, _ = fmt.Fprintln(out, "->", fault.Remedy())
	}
}

// exitCode maps an error to the exit code of the program.
func exitCode(err error) int {
	var usage usageError
	var invalid configError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &usage):
		return exitUsage
	case errors.As(err, &invalid):
		return exitConfig
	case errors.Is(err, withings.ErrSignIn):
		return exitSignIn
	case errors.Is(err, mqtt.ErrUnreachable), errors.Is(err, mqtt.ErrNotAuthorized):
		return exitBroker
	}
	return exitFailure
}

// usageError is a mistake on the command line, or in a file that it names.
type usageError = exchange.InputError

// printf writes to the standard output.
func (s *session) printf(format string, values ...any) {
	printTo(s.Stdout, format, values...)
}

// printTo writes to an output and ignores its errors.
func printTo(out io.Writer, format string, values ...any) {
	_, _ = fmt.Fprintf(out, format, values...)
}

// version is the release, or the revision that the build has recorded.
func (p Program) version() string {
	if p.Version != "" {
		return p.Version
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, setting := range info.Settings {
			if setting.Key == "vcs.revision" {
				return "dev-" + setting.Value[:min(12, len(setting.Value))]
			}
		}
	}
	return "dev"
}

// versionLine is the output of --version.
func (p Program) versionLine() string { return "vitals2mqtt " + p.version() }

// getenv returns a variable of the program's own environment, "" for none.
func (p Program) getenv(name string) string { return variables(p.Environ).get(name) }
