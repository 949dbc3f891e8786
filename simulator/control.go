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
)

// Control returns the handler of POST /control/…, for people who play with a simulated cloud. Bodies and answers are
// JSON; at, end and the like are RFC 3339 and default to the cloud's now; durations are texts such as "90s". Person is a
// name or a user id. Whatever makes no sense gets HTTP 400 with {"error": …}.
//
//	path            body                                                    answer
//	people          –                                                       {"people": [{"name", "userid"}]}
//	weigh           person, kg "79.3", at                                   {"id"}
//	stranger        person, kg, at (a weight that may be anybody's)         {"id"}
//	goal            person, kg, at                                          {"id"}
//	blood-pressure  person, systolic, diastolic, pulse, at                  {"id"}
//	temperature     person, celsius "37.2", at                              {"id"}
//	spo2            person, percent, at                                     {"id"}
//	measure         person, type, value "1.5", at (any type)                {"id"}
//	night, nap      person, end                                             {"id"}
//	steps           person, steps, at (walked just before)                  {}
//	sync            person (watch and phone tell what they counted)         {}
//	workout         person, category, start, end                            {"id"}
//	ecg             person, afib, pulse, at                                 {"id"} of the signal
//	heart-sound     person, vhd, at                                         {"id"} of the signal
//	set-goals       person, steps a day, sleep "8h", kg; 0 takes one away   {}
//	battery         person, device, battery ("" leaves it out)              {}
//	remove-device   person, device (an id or a model)                       {}
//	edit            id of a group, type, value                              {}
//	edit-workout    id, category, start, end; what is left out stays        {}
//	delete          id of a group, night, workout, or heart signal          {}
//	withdraw        person (takes the consent back)                         {}
//	fault           call, person, times, delay, status, text, wait,         {}
//	                http, retry_after, reset, lost, shape; {} clears all
//	clock           advance "24h" (may be left out)                         {"now"}
//	requests        –                                                       {"requests": {call: count}, "busiest_minute"}
//	bed             person, event "in" or "out", at, device (which mat)     {}
//	tell            person, category, fields {name: text}                   {}
//	plant           person, callbackurl, category (somebody else's)         {}
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
			result, err := command(c, http.MaxBytesReader(w, r.Body, 1<<16))
			if err != nil {
				writeControl(w, http.StatusBadRequest, map[string]any{"error": err.Error()})
				return
			}
			writeControl(w, http.StatusOK, result)
		})
	}
	known := strings.Join(slices.Sorted(maps.Keys(commands)), ", ")
	mux.HandleFunc("POST /control/", func(w http.ResponseWriter, r *http.Request) {
		text := fmt.Sprintf("no command %q; there are %s", strings.TrimPrefix(r.URL.Path, "/control/"), known)
		writeControl(w, http.StatusNotFound, map[string]any{"error": text})
	})
	return mux
}

func writeControl(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // Whoever hung up does not want to know.
}

type control func(c *Cloud, body io.Reader) (map[string]any, error)

func controls() map[string]control {
	commands := controlsOfServices()
	maps.Copy(commands, controlsOfNotify())
	maps.Copy(commands, map[string]control{
		"people":         controlPeople,
		"weigh":          addCommand(func(c *Cloud, q controlRow) (int64, error) { return c.weigh(q.Person, q.KG.String(), q.At) }),
		"stranger":       addCommand(func(c *Cloud, q controlRow) (int64, error) { return c.weighAmbiguous(q.Person, q.KG.String(), q.At) }),
		"goal":           addCommand(func(c *Cloud, q controlRow) (int64, error) { return c.goal(q.Person, q.KG.String(), q.At) }),
		"blood-pressure": addCommand(addPressure),
		"temperature":    addCommand(func(c *Cloud, q controlRow) (int64, error) { return c.temperature(q.Person, q.Celsius.String(), q.At) }),
		"spo2":           addCommand(func(c *Cloud, q controlRow) (int64, error) { return c.spo2(q.Person, q.Percent, q.At) }),
		"measure": addCommand(func(c *Cloud, q controlRow) (int64, error) {
			return c.measure(q.Person, q.Type, q.Value.String(), q.At)
		}),
		"night":    addCommand(func(c *Cloud, q controlRow) (int64, error) { return c.sleep(q.Person, q.End, nightCycles, mat) }),
		"nap":      addCommand(func(c *Cloud, q controlRow) (int64, error) { return c.sleep(q.Person, q.End, 1, mat) }),
		"edit":     changeCommand(func(c *Cloud, q controlRow) error { return c.edit(q.ID, q.Type, q.Value.String()) }),
		"delete":   changeCommand(func(c *Cloud, q controlRow) error { return c.remove(q.ID) }),
		"withdraw": changeCommand(func(c *Cloud, q controlRow) error { return c.withdraw(q.Person) }),
		"fault":    controlFault,
		"clock":    controlClock,
		"requests": controlRequests,
	})
	return commands
}

func addPressure(c *Cloud, q controlRow) (int64, error) {
	return c.bloodPressure(q.Person, q.Systolic, q.Diastolic, q.Pulse, q.At)
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

func addCommand(do func(*Cloud, controlRow) (int64, error)) control {
	return func(c *Cloud, body io.Reader) (map[string]any, error) {
		row, err := c.readRow(body)
		if err != nil {
			return nil, err
		}
		id, err := do(c, row)
		return map[string]any{"id": id}, err
	}
}

func changeCommand(do func(*Cloud, controlRow) error) control {
	return func(c *Cloud, body io.Reader) (map[string]any, error) {
		row, err := c.readRow(body)
		if err != nil {
			return nil, err
		}
		return map[string]any{}, do(c, row)
	}
}

func (c *Cloud) readRow(body io.Reader) (controlRow, error) {
	now := c.Now()
	row := controlRow{At: now, End: now.Truncate(time.Minute)}
	err := readControl(body, &row)
	return row, err
}

// readControl reads one JSON object; nothing at all is an empty one.
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

// controlFault sets one fault, or with an empty body none.
func controlFault(c *Cloud, body io.Reader) (map[string]any, error) {
	var q struct {
		Call       string   `json:"call"`
		Person     string   `json:"person"`
		Times      int      `json:"times"`
		Delay      duration `json:"delay"`
		Status     int      `json:"status"`
		Text       string   `json:"text"`
		Wait       duration `json:"wait"`
		HTTP       int      `json:"http"`
		RetryAfter duration `json:"retry_after"`
		Reset      bool     `json:"reset"`
		Lost       bool     `json:"lost"`
		Shape      Shape    `json:"shape"`
	}
	empty := q
	if err := readControl(body, &q); err != nil {
		return nil, err
	}
	if q == empty {
		c.SetFaults()
		return map[string]any{}, nil
	}
	if q.Shape != ShapeWhole && !slices.Contains(Shapes(), q.Shape) {
		return nil, fmt.Errorf("no shape %q; there are %v", q.Shape, Shapes())
	}
	if q.HTTP != 0 && (q.HTTP < 200 || q.HTTP > 599) {
		return nil, fmt.Errorf("no HTTP status to answer with: %d", q.HTTP)
	}
	if q.Person != "" {
		if _, err := c.personLocked(q.Person); err != nil {
			return nil, err
		}
	}
	c.SetFaults(Fault{
		Call: q.Call, Person: q.Person, Times: q.Times, Delay: q.Delay.Duration, Status: q.Status, Text: q.Text,
		Wait: q.Wait.Duration, HTTP: q.HTTP, RetryAfter: q.RetryAfter.Duration, Reset: q.Reset, Lost: q.Lost, Shape: q.Shape,
	})
	return map[string]any{}, nil
}

func controlClock(c *Cloud, body io.Reader) (map[string]any, error) {
	var q struct {
		Advance duration `json:"advance"`
	}
	if err := readControl(body, &q); err != nil {
		return nil, err
	}
	c.Advance(q.Advance.Duration)
	return map[string]any{"now": c.Now().UTC().Format(time.RFC3339)}, nil
}

func controlRequests(c *Cloud, _ io.Reader) (map[string]any, error) {
	return map[string]any{"requests": c.Requests(), "busiest_minute": c.BusiestMinute()}, nil
}

func controlPeople(c *Cloud, _ io.Reader) (map[string]any, error) {
	return map[string]any{"people": c.People()}, nil
}

// duration is a time.Duration written as "90s".
type duration struct{ time.Duration }

// UnmarshalText reads what time.ParseDuration reads.
func (d *duration) UnmarshalText(text []byte) error {
	parsed, err := time.ParseDuration(string(text))
	if err != nil {
		return fmt.Errorf("not a duration: %w", err)
	}
	d.Duration = parsed
	return nil
}
