package simulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"vitals2mqtt/simulator/api"
	"vitals2mqtt/simulator/people"
)

// controlFault sets one fault; an empty body clears all.
func controlFault(c *Cloud, body io.Reader) (map[string]any, error) {
	var q struct {
		Call       string    `json:"call"`
		Person     string    `json:"person"`
		Times      int       `json:"times"`
		Delay      duration  `json:"delay"`
		Status     int       `json:"status"`
		Text       string    `json:"text"`
		Wait       duration  `json:"wait"`
		HTTP       int       `json:"http"`
		RetryAfter duration  `json:"retry_after"`
		Reset      bool      `json:"reset"`
		Lost       bool      `json:"lost"`
		Shape      api.Shape `json:"shape"`
	}
	empty := q
	if err := readControl(body, &q); err != nil {
		return nil, err
	}
	if q == empty {
		c.SetFaults()
		return map[string]any{}, nil
	}
	if q.Shape != api.ShapeWhole && !slices.Contains(api.Shapes(), q.Shape) {
		return nil, fmt.Errorf("unknown shape %q; known shapes: %v", q.Shape, api.Shapes())
	}
	if q.HTTP != 0 && (q.HTTP < 200 || q.HTTP > 599) {
		return nil, fmt.Errorf("invalid HTTP status %d", q.HTTP)
	}
	if q.Person != "" && !slices.ContainsFunc(c.People(), func(p people.PersonInfo) bool { return p.Is(q.Person) }) {
		return nil, fmt.Errorf("no person %q", q.Person)
	}
	c.SetFaults(api.Fault{
		Call:       q.Call,
		Person:     q.Person,
		Times:      q.Times,
		Delay:      q.Delay.Duration,
		Status:     q.Status,
		Text:       q.Text,
		Wait:       q.Wait.Duration,
		HTTP:       q.HTTP,
		RetryAfter: q.RetryAfter.Duration,
		Reset:      q.Reset,
		Lost:       q.Lost,
		Shape:      q.Shape,
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

// controlEditWorkout has no default times: what is left out stays.
func controlEditWorkout(c *Cloud, body io.Reader) (map[string]any, error) {
	var q controlRow
	if err := readControl(body, &q); err != nil {
		return nil, err
	}
	c.EditWorkout(q.ID, q.Category, q.Start, q.End)
	return map[string]any{}, nil
}

// controlGoals changes the goals in the body.
func controlGoals(c *Cloud, body io.Reader) (map[string]any, error) {
	var q struct {
		Person string       `json:"person"`
		Steps  *int         `json:"steps"`
		Sleep  *duration    `json:"sleep"`
		KG     *json.Number `json:"kg"`
	}
	if err := readControl(body, &q); err != nil {
		return nil, err
	}
	if q.Steps == nil && q.Sleep == nil && q.KG == nil {
		return nil, errors.New("missing goal: steps, sleep or kg")
	}
	c.SetGoals(q.Person, func(g *people.Goals) {
		if q.Steps != nil {
			g.Steps = *q.Steps
		}
		if q.Sleep != nil {
			g.Sleep = int(q.Sleep.Seconds())
		}
		if q.KG != nil {
			g.WeightG = people.Grams(q.KG.String())
		}
	})
	return map[string]any{}, nil
}

// duration is a time.Duration written as "90s".
type duration struct{ time.Duration }

// UnmarshalText reads what time.ParseDuration reads.
func (d *duration) UnmarshalText(text []byte) error {
	parsed, err := time.ParseDuration(string(text))
	if err != nil {
		return fmt.Errorf("invalid duration: %w", err)
	}
	d.Duration = parsed
	return nil
}
