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
	"reflect"
	"runtime/debug"
	"time"

	"github.com/alecthomas/kong"

	"vitals2mqtt/addon"
	"vitals2mqtt/config"
	"vitals2mqtt/daemon"
	"vitals2mqtt/find"
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
	Timing     Timing
}

// Timing holds the program's intervals. A field of zero means its default;
// tests set shorter ones.
type Timing struct {
	daemon.Timing

	// LoginPoll is how often `login` asks a running daemon whether the sign-in is
	// done. Default 1 s.
	LoginPoll time.Duration
}

// grammar is the command line as kong reads it.
type grammar struct {
	Config string `short:"c" placeholder:"FILE" help:"Configuration file (else V2M_CONFIG, ./config.yaml, /etc/vitals2mqtt/config.yaml)."`
	Log    string `placeholder:"LEVEL" enum:",trace,debug,info,warn,error" default:"" help:"Log level: trace, debug, info, warn, error."`

	// VersionFlag exits before anything else is parsed, as --help does.
	VersionFlag kong.VersionFlag `name:"version" help:"Print the version."`

	Run         runCommand         `cmd:"" default:"withargs" help:"Poll the Withings API and publish to MQTT (default)."`
	Demo        demoCommand        `cmd:"" help:"Run a demo: simulated cloud, embedded broker and the real daemon."`
	Simulate    simulateCommand    `cmd:"" help:"Serve only the simulated cloud."`
	Init        initCommand        `cmd:"" help:"Write a commented example configuration."`
	Login       loginCommand       `cmd:"" help:"Sign a profile in."`
	Logout      logoutCommand      `cmd:"" help:"Sign a profile out: revoke the consent and delete the tokens."`
	Purge       purgeCommand       `cmd:"" help:"Remove a profile: topics, entities, consent, tokens and stored state."`
	Profiles    profilesCommand    `cmd:"" help:"List profiles and their sign-in state."`
	Status      statusCommand      `cmd:"" help:"Explain why sensors have no value."`
	Budget      budgetCommand      `cmd:"" help:"Estimate the requests per day of the configuration."`
	Once        onceCommand        `cmd:"" help:"Fetch and publish once, then exit."`
	Check       checkCommand       `cmd:"" help:"Check the configuration; with --live the same as doctor."`
	Doctor      doctorCommand      `cmd:"" help:"Diagnose the setup and suggest fixes."`
	Sensors     sensorsCommand     `cmd:"" help:"Print the sensor catalogue."`
	Discovery   discoveryCommand   `cmd:"" help:"Print discovery documents and their topics without a broker."`
	Push        pushCommand        `cmd:"" help:"Manage push notifications."`
	Dump        dumpCommand        `cmd:"" help:"Write a report for bug reports, without private data."`
	Healthcheck healthcheckCommand `cmd:"" help:"Check the running daemon (for container health checks)."`
	Version     versionCommand     `cmd:"" help:"Print the version."`
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
	parser, err := kong.New(&parsed,
		kong.Name("vitals2mqtt"),
		kong.Description("Publish Withings health measurements to MQTT, for Home Assistant and others.\n\n"+
			"Exit codes: 0 success, 1 failure, 2 usage error, 3 invalid configuration, 4 sign-in needed, "+
			"5 broker unreachable or connection refused."),
		kong.Writers(p.Stdout, p.Stderr),
		kong.Exit(func(code int) { panic(exitPanic(code)) }),
		kong.UsageOnError(),
		kong.Vars{"version": p.versionLine()},
	)
	if err != nil {
		panic(err) // a mistake in grammar
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
		panic("cli: " + selected.Command() + " has no run method")
	}
	err = chosen.run(ctx, s)
	if err != nil {
		printError(p.Stderr, err)
	}
	return exitCode(err)
}

// printError prints an error once, each problem of a configuration on a line of
// its own.
func printError(out io.Writer, err error) {
	if problems, ok := errors.AsType[config.Errors](err); ok {
		_, _ = fmt.Fprintln(out, problems.Error())
		return
	}
	_, _ = fmt.Fprintln(out, "vitals2mqtt:", err)
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

// usageError is a mistake on the command line.
type usageError string

func (e usageError) Error() string { return string(e) }

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

type versionCommand struct{}

func (versionCommand) run(_ context.Context, s *session) error { //nolint:unparam // commands return an error
	s.printf("%s\n", s.versionLine())
	return nil
}
