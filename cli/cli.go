// Package cli is the command line: one file per command, and run.go as the
// wiring diagram of the daemon. It decides nothing about values.
package cli

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"reflect"
	"runtime/debug"
	"strings"

	"github.com/alecthomas/kong"

	"vitals2mqtt/addon"
	"vitals2mqtt/config"
	"vitals2mqtt/find"
	"vitals2mqtt/internal/jitter"
	"vitals2mqtt/mqtt"
	"vitals2mqtt/withings"
)

// Exit codes of the program, the same for every command.
const (
	exitOK      = 0 // fine
	exitFailure = 1 // run-time failure
	exitUsage   = 2 // the command line is wrong
	exitConfig  = 3 // the configuration is invalid
	exitSignIn  = 4 // somebody must sign in
	exitBroker  = 5 // the broker is unreachable or refuses us
)

// Program is everything a command may touch of the outside, so that a test can
// run the whole program.
type Program struct {
	// Version is the release, "" for a build from source.
	Version string
	// Example is the documented configuration that init starts from.
	Example        []byte
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Environ        []string
	// AddOn is where the things of a Home Assistant add-on are; zero means where
	// they always are.
	AddOn addon.Layout
	// BrokerFinders look for a broker when a configuration is begun; nil means the places
	// where one usually is.
	BrokerFinders []find.Finder
	// Jitter spreads the daemon's waits; nil means by chance.
	Jitter *jitter.Source
	// Interrupts delivers stop signals; nil means the process's own.
	Interrupts <-chan os.Signal
}

// grammar is the command line as kong reads it.
type grammar struct {
	Config string `short:"c" placeholder:"FILE" help:"Configuration file (else V2M_CONFIG, ./config.yaml, /etc/vitals2mqtt/config.yaml)."`
	Log    string `placeholder:"LEVEL" enum:",trace,debug,info,warn,error" default:"" help:"Log level: trace, debug, info, warn, error."`

	// VersionFlag leaves before anything else is looked at, as --help does.
	VersionFlag kong.VersionFlag `name:"version" help:"Print the version."`

	Run         runCommand         `cmd:"" default:"withargs" help:"Poll the cloud and publish (the default)."`
	Demo        demoCommand        `cmd:"" help:"Show everything at work: simulated cloud, embedded broker, real daemon."`
	Simulate    simulateCommand    `cmd:"" help:"Serve the simulated cloud alone."`
	Init        initCommand        `cmd:"" help:"Write a commented configuration to start from."`
	Login       loginCommand       `cmd:"" help:"Sign a person in."`
	Logout      logoutCommand      `cmd:"" help:"End the consent of a person and forget the tokens."`
	Purge       purgeCommand       `cmd:"" help:"Remove a person: topics, entities, consent, tokens and what is remembered."`
	Profiles    profilesCommand    `cmd:"" help:"List the profiles and whether they are signed in."`
	Status      statusCommand      `cmd:"" help:"Say for each sensor of a person why it has no value."`
	Budget      budgetCommand      `cmd:"" help:"Estimate how many requests a day the configuration takes."`
	Once        onceCommand        `cmd:"" help:"Fetch and publish a single time."`
	Check       checkCommand       `cmd:"" help:"Check the configuration, with --live also cloud, tokens and broker."`
	Doctor      doctorCommand      `cmd:"" help:"Look at everything and say what is wrong, why, and what to do."`
	Sensors     sensorsCommand     `cmd:"" help:"Print the catalogue of sensors."`
	Discovery   discoveryCommand   `cmd:"" help:"Print the exact discovery documents and topics, without a broker."`
	Push        pushCommand        `cmd:"" help:"Notifications of the cloud."`
	Dump        dumpCommand        `cmd:"" help:"Write what a bug report needs, without anything private."`
	Healthcheck healthcheckCommand `cmd:"" help:"Ask the running daemon whether it is well (for containers)."`
	Version     versionCommand     `cmd:"" help:"Print the version."`
}

// command is what every command implements.
type command interface {
	run(ctx context.Context, s *session) error
}

// session is one run of the program.
type session struct {
	Program
	configPath      string // --config
	logLevel        string // --log
	hardStop        context.Context
	lastFingerprint [sha256.Size]byte // the fingerprint of the configuration file as it was read last
}

// exitPanic carries kong's wish to leave (after --help) out of the parser.
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
	parser, err := kong.New(&parsed,
		kong.Name("vitals2mqtt"),
		kong.Description("Measurements of a health cloud on MQTT, for Home Assistant and everybody else.\n\n"+
			"Exit codes: 0 fine, 1 run-time failure, 2 usage, 3 configuration invalid, 4 sign-in needed, 5 broker unreachable or refused."),
		kong.Writers(p.Stdout, p.Stderr),
		kong.Exit(func(code int) { panic(exitPanic(code)) }),
		kong.UsageOnError(),
		kong.Vars{"version": p.versionLine()},
	)
	if err != nil {
		panic(err) // the grammar itself is wrong
	}
	selected, err := parser.Parse(args)
	if err != nil {
		_, _ = fmt.Fprintf(p.Stderr, "vitals2mqtt: %v\nSee `vitals2mqtt --help`.\n", err)
		return exitUsage
	}
	ctx, hard, stop := p.signals()
	defer stop()
	if p.Jitter == nil {
		p.Jitter = jitter.New(rand.Uint64()) //nolint:gosec // spreading load, not a secret
	}
	s := &session{Program: p, configPath: parsed.Config, logLevel: parsed.Log, hardStop: hard}
	chosen, ok := reflect.TypeAssert[command](selected.Selected().Target.Addr())
	if !ok {
		panic("cli: " + selected.Command() + " is no command")
	}
	err = chosen.run(ctx, s)
	if err != nil {
		s.printError(err)
	}
	return exitCode(err)
}

// printError prints an error once, each problem of a configuration on a line.
func (s *session) printError(err error) {
	if problems, ok := errors.AsType[config.Errors](err); ok {
		_, _ = fmt.Fprintln(s.Stderr, problems.Error())
		return
	}
	_, _ = fmt.Fprintln(s.Stderr, "vitals2mqtt:", err)
}

// exitCode is the one place that turns an error into the program's exit code.
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

// usageError says that the command line asks for something that cannot be.
type usageError string

func (e usageError) Error() string { return string(e) }

// printf writes to the standard output.
func (s *session) printf(format string, values ...any) {
	_, _ = fmt.Fprintf(s.Stdout, format, values...)
}

// version is the release, or what the build says of itself.
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

// versionLine is what a bug report quotes.
func (p Program) versionLine() string { return "vitals2mqtt " + p.version() }

// getenv looks a variable up in the program's own environment.
func (p Program) getenv(name string) string {
	for _, entry := range p.Environ {
		if value, ok := strings.CutPrefix(entry, name+"="); ok {
			return value
		}
	}
	return ""
}

type versionCommand struct{}

func (versionCommand) run(_ context.Context, s *session) error { //nolint:unparam // a command is allowed not to fail
	s.printf("%s\n", s.versionLine())
	return nil
}
