// SPDX-License-Identifier: MIT

package cli

import (
	"errors"
	"reflect"
	"strings"

	"github.com/alecthomas/kong"
)

// grammar is the command line as kong reads it. The groups are the sections of
// the help.
type grammar struct {
	Config string `short:"c" placeholder:"FILE" help:"Configuration file (else V2M_CONFIG, ./config.yaml, /etc/vitals2mqtt/config.yaml)."`
	Log    string `placeholder:"LEVEL" enum:",trace,debug,info,warn,error" default:"" help:"Log level: trace, debug, info, warn, error."`

	// VersionFlag exits before anything else is parsed, as --help does.
	VersionFlag kong.VersionFlag `name:"version" help:"Print the version."`

	// default:"1" takes no arguments, so that kong looks for the command that a
	// misspelt one means.
	Run    runCommand    `cmd:"" default:"1" group:"start" help:"Poll the Withings API and publish to MQTT (default)."`
	Demo   demoCommand   `cmd:"" group:"start" help:"Run a demo with invented people; needs no account and no broker."`
	Init   initCommand   `cmd:"" group:"start" help:"Write a configuration file."`
	Login  loginCommand  `cmd:"" group:"start" help:"Sign a profile in."`
	Doctor doctorCommand `cmd:"" group:"start" help:"Diagnose the setup and suggest fixes."`

	Show     showCommand     `cmd:"" group:"daily" help:"Print the current values of a profile."`
	Refresh  refreshCommand  `cmd:"" group:"daily" help:"Make the running daemon poll now."`
	Status   statusCommand   `cmd:"" group:"daily" help:"Print the verdict, and why values are missing."`
	Profiles profilesCommand `cmd:"" group:"daily" help:"List profiles and their sign-in state."`
	Once     onceCommand     `cmd:"" group:"daily" help:"Fetch and publish once, then exit."`

	Backfill   backfillCommand   `cmd:"" group:"history" help:"Read the past from the cloud into the archive."`
	Export     exportCommand     `cmd:"" group:"history" help:"Write the archive as CSV, JSON Lines and other formats."`
	Report     reportCommand     `cmd:"" group:"history" help:"Write a page to print for a doctor."`
	Import     importCommand     `cmd:"" group:"history" help:"Read a data download or an export into the archive."`
	Backup     backupCommand     `cmd:"" group:"history" help:"Copy the archive while the daemon runs."`
	Statistics statisticsCommand `cmd:"" group:"history" help:"Bring the past into the statistics of Home Assistant."`

	Check       checkCommand       `cmd:"" group:"inspect" help:"Check the configuration; with --live the same as doctor."`
	Sensors     sensorsCommand     `cmd:"" group:"inspect" help:"Print the sensor catalogue."`
	Discovery   discoveryCommand   `cmd:"" group:"inspect" help:"Print discovery documents and topics without a broker."`
	Dashboard   dashboardCommand   `cmd:"" group:"inspect" help:"Print a Home Assistant dashboard for the entities of a profile."`
	Budget      budgetCommand      `cmd:"" group:"inspect" help:"Estimate the requests per day."`
	Healthcheck healthcheckCommand `cmd:"" group:"inspect" help:"Check the running daemon, for container health checks."`
	Dump        dumpCommand        `cmd:"" group:"inspect" help:"Write a report for bug reports, without private data."`

	Rename renameCommand `cmd:"" group:"remove" help:"Say that a profile is a former one under a new name."`
	Logout logoutCommand `cmd:"" group:"remove" help:"Sign a profile out: revoke the consent, delete the tokens."`
	Purge  purgeCommand  `cmd:"" group:"remove" help:"Remove a profile: topics, entities, consent and state."`
	Push   pushCommand   `cmd:"" group:"remove" help:"Manage push notifications."`

	Simulate   simulateCommand   `cmd:"" group:"other" help:"Serve only the simulated cloud."`
	Completion completionCommand `cmd:"" group:"other" help:"Print the completion script for bash, zsh or fish."`
	Complete   completeCommand   `cmd:"" name:"__complete" hidden:"" help:"List completions, for the scripts of completion." passthrough:""`
	Help       helpCommand       `cmd:"" group:"other" help:"Print the help of the program or of a command."`
	Version    versionCommand    `cmd:"" group:"other" help:"Print the version."`
}

// newParser builds the parser of a command line. It ends the program with an
// exitPanic after --help and --version.
func (p Program) newParser(into *grammar) *kong.Kong {
	parser, err := kong.New(into,
		kong.Name("vitals2mqtt"),
		kong.Description("Publish Withings health measurements to MQTT, for Home Assistant and others."),
		kong.ExplicitGroups([]kong.Group{
			{Key: "start", Title: "Getting started:"},
			{Key: "daily", Title: "Every day:"},
			{Key: "history", Title: "The past:"},
			{Key: "inspect", Title: "Looking closer:"},
			{Key: "remove", Title: "Removing and replacing:"},
			{Key: "other", Title: "Other:"},
		}),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, FlagsLast: true, WrapUpperBound: helpWidth}),
		kong.Help(printHelp),
		kong.Writers(p.Stdout, p.Stderr),
		kong.Exit(func(code int) { panic(exitPanic(code)) }),
		kong.Vars{"version": p.versionLine()},
	)
	if err != nil {
		panic(err) // a mistake in grammar
	}
	return parser
}

// selectedTarget returns the selected command if it is of this type.
func selectedTarget[T any](selected *kong.Context) (T, bool) {
	if selected == nil || selected.Selected() == nil {
		var none T
		return none, false
	}
	return reflect.TypeAssert[T](selected.Selected().Target.Addr())
}

// explainUsage describes a mistake on the command line. Kong calls a misspelt
// command an argument.
func explainUsage(err error) string {
	text := err.Error()
	mistake, ok := errors.AsType[*kong.ParseError](err)
	if rest, argument := strings.CutPrefix(text, "unexpected argument "); ok && argument && isAtRoot(mistake.Context) {
		return "unknown command " + rest
	}
	if flag, guess, guessed := strings.Cut(text, ", did you mean "); guessed && !isLikelyFlag(flag, guess) {
		return flag
	}
	if rest, missing := strings.CutPrefix(text, "expected "); missing {
		return "missing " + strings.ReplaceAll(rest, `"`, "")
	}
	return text
}

// isLikelyFlag reports whether Kong's guess begins as the unknown flag does: it
// takes any flag of a similar length for one.
func isLikelyFlag(unknown, guess string) bool {
	name, isFlag := strings.CutPrefix(unknown, "unknown flag --")
	return !isFlag || name != "" && strings.HasPrefix(guess, `"--`+name[:1])
}

// mistakenCommand returns the command that a mistake is about, after a space,
// and "" for the program as a whole.
func mistakenCommand(err error) string {
	mistake, ok := errors.AsType[*kong.ParseError](err)
	if !ok || isAtRoot(mistake.Context) {
		return ""
	}
	var path strings.Builder
	for _, step := range mistake.Context.Path {
		if step.Command != nil {
			path.WriteString(" " + step.Command.Name)
		}
	}
	return path.String()
}

// isAtRoot reports whether the arguments before the mistake select no command.
func isAtRoot(c *kong.Context) bool {
	for _, step := range c.Path {
		if step.Command != nil && !step.Resolved && len(c.Args) > 0 && step.Command.Name != "run" {
			return false
		}
	}
	return true
}
