// SPDX-License-Identifier: MIT

package simulator

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"vitals2mqtt/simulator/people"
)

// control is a command of the control API. The list of them is the only
// description: it checks requests, answers GET /control and makes
// docs/simulator.md.
type control struct {
	name   string
	about  string
	fields []field
	// answer names the members of the response.
	answer string
	// example is a body that works for the demo's people. ID in it stands for
	// what the example of needs has answered.
	example, needs string
	run            func(c *Cloud, q arguments) map[string]any
}

// controlGroup is a chapter of the list.
type controlGroup struct {
	title    string
	controls []control
}

func controlGroups() []controlGroup {
	return []controlGroup{
		{"Measurements", measureControls()},
		{"Sleep", sleepControls()},
		{"Activity and heart", activityControls()},
		{"Changes", changeControls()},
		{"The account and its devices", accountControls()},
		{"Faults, clock and requests", cloudControls()},
		{"Notifications", notifyControls()},
	}
}

func controls() []control {
	var all []control
	for _, group := range controlGroups() {
		all = append(all, group.controls...)
	}
	return all
}

const (
	controlPath    = "/control"
	maxControlBody = 1 << 16
)

// Control returns the handler of the control API, for playing with a simulated
// cloud. POST /control/NAME runs a command; its body and its answer are JSON.
// GET /control lists all, GET /control/NAME describes one. A request that makes
// no sense gets HTTP 400, and a command that does not exist 404, with
// {"error": …}.
func (c *Cloud) Control() http.Handler {
	mux := http.NewServeMux()
	for _, command := range controls() {
		mux.HandleFunc("POST "+controlPath+"/"+command.name, func(w http.ResponseWriter, r *http.Request) {
			result, err := command.execute(c, http.MaxBytesReader(w, r.Body, maxControlBody))
			if err != nil {
				writeControl(w, http.StatusBadRequest, map[string]any{"error": err.Error()})
				return
			}
			writeControl(w, http.StatusOK, result)
		})
		mux.HandleFunc("GET "+controlPath+"/"+command.name, func(w http.ResponseWriter, r *http.Request) {
			writeList(w, r, []controlGroup{{command.about, []control{command}}})
		})
	}
	list := func(w http.ResponseWriter, r *http.Request) { writeList(w, r, controlGroups()) }
	mux.HandleFunc("GET "+controlPath, list)
	mux.HandleFunc("GET "+controlPath+"/{$}", list)
	mux.HandleFunc(controlPath, refuseUnknown)
	mux.HandleFunc(controlPath+"/", refuseUnknown)
	return mux
}

func refuseUnknown(w http.ResponseWriter, r *http.Request) {
	name := strings.Trim(strings.TrimPrefix(r.URL.Path, controlPath), "/")
	var known []string
	for _, command := range controls() {
		known = append(known, command.name)
	}
	if slices.Contains(known, name) {
		text := fmt.Sprintf("%s takes POST, with a JSON object as body; GET describes it", name)
		writeControl(w, http.StatusMethodNotAllowed, map[string]any{"error": text})
		return
	}
	slices.Sort(known)
	text := fmt.Sprintf("no command %q; known commands: %s; GET %s describes them",
		name, strings.Join(known, ", "), controlPath)
	writeControl(w, http.StatusNotFound, map[string]any{"error": text})
}

// execute runs the command; a value that makes no sense is an error.
func (k control) execute(c *Cloud, body io.Reader) (result map[string]any, err error) {
	defer func() {
		switch reason := recover().(type) {
		case nil:
		case people.InvalidError:
			err = reason
		default:
			panic(reason)
		}
	}()
	q, err := k.parse(c, body)
	if err != nil {
		return nil, err
	}
	return k.run(c, q), nil
}
