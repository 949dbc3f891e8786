// SPDX-License-Identifier: MIT

package cli

import (
	"context"
	"fmt"
	"io"

	"vitals2mqtt/config"
	"vitals2mqtt/daemon"
	"vitals2mqtt/doctor"
	"vitals2mqtt/find"
	"vitals2mqtt/setup"
)

// initReport is what init wrote, and what is still to be done.
type initReport struct {
	Path string `json:"path"`
	// Callback must be registered in the developer portal; "" when the
	// configuration is not complete.
	Callback string     `json:"callback_url,omitempty"`
	Todo     []initTodo `json:"todo"`

	program  string // how to call it with this file
	filled   setup.Answers
	searched bool
	found    []find.Broker
	config   *config.Config // nil when it is not complete
}

// initTodo is something that is missing or wrong.
type initTodo struct {
	Text   string `json:"text"`
	Remedy string `json:"remedy,omitempty"`
}

// check looks at the file that was written, as the doctor does.
func (r *initReport) check(ctx context.Context, s *session) {
	r.Todo = []initTodo{}
	c, warnings, err := config.Load(r.Path, s.Environ, vocabulary())
	input := doctor.Input{Web: doctor.NewWeb(), Source: r.Path, Warnings: warnings, ConfigErr: err}
	if err == nil {
		r.config, r.Callback = c, daemon.RedirectURL(c)
		input.Config, input.PageURL = c, localPageURL(c)
		input.CallbackURL, input.CallbackIsExternal = r.Callback, daemon.IsCallbackElsewhere(c)
		input.Folder = doctor.StateFolder(c.StateDir)
	}
	for _, finding := range doctor.RunOffline(ctx, input).Findings {
		if finding.Level == doctor.Fail || finding.Level == doctor.Warn && finding.Code != "state_dir_missing" {
			r.Todo = append(r.Todo, initTodo{finding.Text(), finding.Remedy()})
		}
	}
	if r.filled.Profiles == nil {
		r.Todo = append(r.Todo, initTodo{
			Text:   "withings.profiles has only Alice, the name of the example",
			Remedy: "put the names of your own profiles there",
		})
	}
	if broker := r.filled.Broker; broker.Asks && broker.Username == "" {
		r.Todo = append(r.Todo, initTodo{Text: "set mqtt.username and mqtt.password: the broker requires them"})
	}
}

// print prints what was found, and the next steps.
func (r *initReport) print(out io.Writer) {
	r.printBroker(out)
	if r.filled.StateDir != "" {
		printTo(out, "Tokens are stored in %s next to the file, because the default state_dir is not writable.\n",
			r.filled.StateDir)
	}
	if len(r.Todo) == 0 {
		printTo(out, "Wrote %s: configuration, state folder and callback are in order. Next:\n\n", r.Path)
	} else {
		printTo(out, "Wrote %s. Still to be done:\n\n", r.Path)
	}
	step := 0
	next := func(format string, values ...any) {
		step++
		printTo(out, "  %d. %s\n", step, fmt.Sprintf(format, values...))
	}
	for _, todo := range r.Todo {
		next("%s", todo.Text)
		if todo.Remedy != "" {
			printTo(out, "     -> %s\n", todo.Remedy)
		}
	}
	if r.Callback != "" {
		next("Register this callback in the developer portal, exactly: %s", r.Callback)
	}
	next("%s doctor            also checks broker, client id and secret", r.program)
	for _, name := range r.loginNames() {
		next("%s login %s", r.program, name)
	}
	next("%s run", r.program)
}

// loginNames are the arguments of login for each profile.
func (r *initReport) loginNames() (names []string) {
	if r.config == nil {
		return []string{"NAME        once per profile; use --paste if the callback does not reach this machine"}
	}
	for _, p := range r.config.Withings.Profiles {
		name := p.Slug
		if daemon.IsCallbackElsewhere(r.config) {
			name += " --paste"
		}
		names = append(names, name)
	}
	return names
}

// printBroker says where the broker of the file comes from.
func (r *initReport) printBroker(out io.Writer) {
	switch broker := r.filled.Broker; {
	case broker.URL == "" && len(r.found) > 0:
		for _, broker := range r.found {
			printTo(out, "Found %s (%s).\n", broker.URL, broker.Origin)
		}
		printTo(out, "Anyone on the network can announce a broker, so it was not used. If it is yours, set mqtt.url.\n"+
			"The file uses mqtt://localhost:1883.\n")
	case broker.URL == "" && r.searched:
		printTo(out, "No MQTT broker found; the file uses mqtt://localhost:1883.\n")
	case broker.URL == "":
		printTo(out, "No search for an MQTT broker; the file uses mqtt://localhost:1883.\n")
	case broker.Origin == originTyped:
	default:
		printTo(out, "Found an MQTT broker: %s (%s).\n", broker.URL, broker.Origin)
		if broker.Announced {
			printTo(out, "Anyone on the network can announce a broker; make sure it is yours.\n")
		}
	}
}
