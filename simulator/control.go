package simulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"vitals2mqtt/simulator/people"
)

// Control returns the handler of POST /control/…, for playing with a simulated
// cloud. Bodies and answers are JSON; at, end and the like are RFC 3339 and
// default to the cloud's now; durations are texts such as "90s". Person is a
// name or a user id. An invalid request gets HTTP 400 with {"error": …}.
//
//	path            body                                                    answer
//	people          –                                                       {"people": [{"name", "userid"}]}
//	weigh           person, kg "79.3", at                                   {"id"}
//	stranger        person, kg, at (an ambiguous weight)                    {"id"}
//	goal            person, kg, at                                          {"id"}
//	blood-pressure  person, systolic, diastolic, pulse, at                  {"id"}
//	temperature     person, celsius "37.2", at                              {"id"}
//	spo2            person, percent, at                                     {"id"}
//	measure         person, type, value "1.5", at (any type)                {"id"}
//	night, nap      person, end                                             {"id"}
//	steps           person, steps, at (walked just before)                  {}
//	sync            person (uploads what watch and phone counted)           {}
//	workout         person, category, start, end                            {"id"}
//	ecg             person, afib, pulse, at                                 {"id"} of the signal
//	heart-sound     person, vhd, at                                         {"id"} of the signal
//	set-goals       person, steps a day, sleep "8h", kg; 0 takes one away   {}
//	battery         person, device, battery ("" leaves it out)              {}
//	remove-device   person, device (an id or a model)                       {}
//	edit            id of a group, type, value                              {}
//	edit-workout    id, category, start, end; what is left out stays        {}
//	delete          id of a group, night, workout, or heart signal          {}
//	withdraw        person (withdraws the consent)                          {}
//	fault           call, person, times, delay, status, text, wait,         {}
//	                http, retry_after, reset, lost, shape; {} clears all
//	clock           advance "24h" (may be left out)                         {"now"}
//	requests        –                                                       {"requests": {call: count}, "busiest_minute"}
//	bed             person, event "in" or "out", at, device (which mat)     {}
//	tell            person, category, fields {name: text}                   {}
//	plant           person, callbackurl, category (another installation's)  {}
//	notify          delay "-1s" is none, shuffle, unreadable, copies, lost, {}
//	                unknown, empty, lapse (percent), most, odd_urls; {} is
//	                the usual behaviour
//	subscriptions   –                                                       {"subscriptions": [{"userid", "callbackurl",
//	                                                                        "category", "foreign"}]}
//	notified        –                                                       {"notified": {what: count}}
func (c *Cloud) Control() http.Handler {
	mux := http.NewServeMux()
	commands := controls()
	for name, command := range commands {
		mux.HandleFunc("POST /control/"+name, func(w http.ResponseWriter, r *http.Request) {
			result, err := command.run(c, http.MaxBytesReader(w, r.Body, 1<<16))
			if err != nil {
				writeControl(w, http.StatusBadRequest, map[string]any{"error": err.Error()})
				return
			}
			writeControl(w, http.StatusOK, result)
		})
	}
	known := strings.Join(slices.Sorted(maps.Keys(commands)), ", ")
	mux.HandleFunc("POST /control/", func(w http.ResponseWriter, r *http.Request) {
		text := fmt.Sprintf("no command %q; known commands: %s", strings.TrimPrefix(r.URL.Path, "/control/"), known)
		writeControl(w, http.StatusNotFound, map[string]any{"error": text})
	})
	return mux
}

func writeControl(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // The client may have disconnected.
}

// control is a command of the control API.
type control func(c *Cloud, body io.Reader) (map[string]any, error)

// run executes the command; a value that makes no sense is an error.
func (do control) run(c *Cloud, body io.Reader) (result map[string]any, err error) {
	defer func() {
		switch reason := recover().(type) {
		case nil:
		case people.InvalidError:
			err = reason
		default:
			panic(reason)
		}
	}()
	return do(c, body)
}

func controls() map[string]control {
	commands := controlsOfNotify()
	maps.Copy(commands, map[string]control{
		"weigh":          addCommand(func(c *Cloud, q controlRow) int64 { return c.Weigh(q.Person, q.KG.String(), q.At) }),
		"stranger":       addCommand(addAmbiguousWeight),
		"goal":           addCommand(func(c *Cloud, q controlRow) int64 { return c.Goal(q.Person, q.KG.String(), q.At) }),
		"temperature":    addCommand(addTemperature),
		"spo2":           addCommand(func(c *Cloud, q controlRow) int64 { return c.SpO2(q.Person, q.Percent, q.At) }),
		"measure":        addCommand(addMeasure),
		"blood-pressure": addCommand(addPressure),
		"night":          addCommand(func(c *Cloud, q controlRow) int64 { return c.Night(q.Person, q.End) }),
		"nap":            addCommand(func(c *Cloud, q controlRow) int64 { return c.Nap(q.Person, q.End) }),
		"workout":        addCommand(addWorkout),
		"ecg":            addCommand(func(c *Cloud, q controlRow) int64 { return c.ECG(q.Person, q.AFib, q.Pulse, q.At) }),
		"heart-sound":    addCommand(func(c *Cloud, q controlRow) int64 { return c.HeartSound(q.Person, q.VHD, q.At) }),
		"steps":          changeCommand(func(c *Cloud, q controlRow) { c.Walk(q.Person, q.Steps, q.At) }),
		"sync":           changeCommand(func(c *Cloud, q controlRow) { c.Sync(q.Person) }),
		"battery":        changeCommand(func(c *Cloud, q controlRow) { c.SetBattery(q.Person, q.Device, q.Battery) }),
		"remove-device":  changeCommand(func(c *Cloud, q controlRow) { c.RemoveDevice(q.Person, q.Device) }),
		"edit":           changeCommand(func(c *Cloud, q controlRow) { c.Edit(q.ID, q.Type, q.Value.String()) }),
		"delete":         changeCommand(func(c *Cloud, q controlRow) { c.Delete(q.ID) }),
		"withdraw":       changeCommand(func(c *Cloud, q controlRow) { c.Withdraw(q.Person) }),
		"edit-workout":   controlEditWorkout,
		"set-goals":      controlGoals,
		"fault":          controlFault,
		"clock":          controlClock,
		"requests": report(func(c *Cloud) map[string]any {
			return map[string]any{"requests": c.Requests(), "busiest_minute": c.BusiestMinute()}
		}),
		"people": report(func(c *Cloud) map[string]any { return map[string]any{"people": c.People()} }),
	})
	return commands
}

func addAmbiguousWeight(c *Cloud, q controlRow) int64 {
	return c.WeighAmbiguous(q.Person, q.KG.String(), q.At)
}

func addTemperature(c *Cloud, q controlRow) int64 {
	return c.Temperature(q.Person, q.Celsius.String(), q.At)
}

func addMeasure(c *Cloud, q controlRow) int64 {
	return c.Measure(q.Person, q.Type, q.Value.String(), q.At)
}

func addPressure(c *Cloud, q controlRow) int64 {
	return c.BloodPressure(q.Person, q.Systolic, q.Diastolic, q.Pulse, q.At)
}

// addWorkout adds a workout of half an hour unless its start is given.
func addWorkout(c *Cloud, q controlRow) int64 {
	if q.Start.IsZero() {
		q.Start = q.End.Add(-30 * time.Minute)
	}
	return c.Workout(q.Person, q.Category, q.Start, q.End)
}

// controlRow holds the fields of all commands about data.
type controlRow struct {
	Person    string      `json:"person"`
	ID        int64       `json:"id"`
	At        time.Time   `json:"at"`
	Start     time.Time   `json:"start"`
	End       time.Time   `json:"end"`
	KG        json.Number `json:"kg"`
	Celsius   json.Number `json:"celsius"`
	Value     json.Number `json:"value"`
	Type      int         `json:"type"`
	Category  int         `json:"category"`
	Steps     int         `json:"steps"`
	Systolic  int         `json:"systolic"`
	Diastolic int         `json:"diastolic"`
	Pulse     int         `json:"pulse"`
	Percent   int         `json:"percent"`
	AFib      int         `json:"afib"`
	VHD       int         `json:"vhd"`
	Device    string      `json:"device"`
	Battery   string      `json:"battery"`
}

// rowCommand is a command with the fields of controlRow.
func rowCommand(do func(c *Cloud, row controlRow) map[string]any) control {
	return func(c *Cloud, body io.Reader) (map[string]any, error) {
		now := c.Now()
		row := controlRow{At: now, End: now.Truncate(time.Minute)}
		if err := readControl(body, &row); err != nil {
			return nil, err
		}
		return do(c, row), nil
	}
}

func addCommand(do func(*Cloud, controlRow) int64) control {
	return rowCommand(func(c *Cloud, row controlRow) map[string]any { return map[string]any{"id": do(c, row)} })
}

func changeCommand(do func(*Cloud, controlRow)) control {
	return rowCommand(func(c *Cloud, row controlRow) map[string]any {
		do(c, row)
		return map[string]any{}
	})
}

// report is a command without fields.
func report(facts func(c *Cloud) map[string]any) control {
	return func(c *Cloud, _ io.Reader) (map[string]any, error) { return facts(c), nil }
}

// readControl reads one JSON object; an empty body is an empty object.
func readControl(body io.Reader, into any) error {
	decoder := json.NewDecoder(body)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("reading the body: %w", err)
	}
	if decoder.More() {
		return errors.New("reading the body: more than one JSON value")
	}
	return nil
}
