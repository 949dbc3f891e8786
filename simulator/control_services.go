package simulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// controlsOfServices are the commands about what Owns leads to.
func controlsOfServices() map[string]control {
	return map[string]control{
		"steps":         changeCommand(func(c *Cloud, q controlRow) error { return c.walk(q.Person, q.Steps, q.At) }),
		"sync":          changeCommand(func(c *Cloud, q controlRow) error { return c.syncNow(q.Person) }),
		"workout":       addCommand(addWorkout),
		"ecg":           addCommand(func(c *Cloud, q controlRow) (int64, error) { return c.ecg(q.Person, q.AFib, q.Pulse, q.At) }),
		"heart-sound":   addCommand(func(c *Cloud, q controlRow) (int64, error) { return c.heartSound(q.Person, q.VHD, q.At) }),
		"set-goals":     controlGoals,
		"battery":       changeCommand(func(c *Cloud, q controlRow) error { return c.setBattery(q.Person, q.Device, q.Battery) }),
		"remove-device": changeCommand(func(c *Cloud, q controlRow) error { return c.removeDevice(q.Person, q.Device) }),
		"edit-workout":  controlEditWorkout,
	}
}

// addWorkout adds a workout of half an hour unless its start is given.
func addWorkout(c *Cloud, q controlRow) (int64, error) {
	if q.Start.IsZero() {
		q.Start = q.End.Add(-30 * time.Minute)
	}
	return c.workout(q.Person, q.Category, q.Start, q.End)
}

// controlEditWorkout reads its times without the usual defaults: what is left out stays.
func controlEditWorkout(c *Cloud, body io.Reader) (map[string]any, error) {
	var q controlRow
	if err := readControl(body, &q); err != nil {
		return nil, err
	}
	return map[string]any{}, c.editWorkout(q.ID, q.Category, q.Start, q.End)
}

// controlGoals changes the goals that are named.
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
		return nil, errors.New("no goal is named: steps, sleep or kg")
	}
	return map[string]any{}, c.setGoals(q.Person, func(own *Goals) error {
		if q.Steps != nil {
			own.Steps = *q.Steps
		}
		if q.Sleep != nil {
			own.Sleep = int(q.Sleep.Seconds())
		}
		if q.KG != nil {
			value, unit, err := parseDecimal(q.KG.String())
			if err != nil {
				return fmt.Errorf("the goal for the weight: %w", err)
			}
			own.WeightG = int(shift(value, unit+3))
		}
		return nil
	})
}
