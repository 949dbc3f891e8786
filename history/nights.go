// SPDX-License-Identifier: MIT

package history

import (
	"context"
	"slices"
	"time"

	"vitals2mqtt/sensors"
)

// Night is a sleep session with its stages, oldest first.
type Night struct {
	sensors.Record

	Nap    bool
	Stages []sensors.Record
}

// Nights returns the nights and naps that ended in a range, oldest first. The
// stages are those of the device that recorded the session, if it has any.
func (a *Archive) Nights(ctx context.Context, user string, from, to time.Time) ([]Night, error) {
	filter := Filter{User: user, Kinds: []sensors.Kind{sensors.KindNights}, From: from, To: to}
	var nights []Night
	for rec, err := range a.Records(ctx, filter) {
		if err != nil {
			return nil, err
		}
		if rec.Part != "" {
			nights = append(nights, Night{Record: rec.Record, Nap: rec.Part == PartNap})
		}
	}
	if len(nights) == 0 {
		return nil, nil
	}
	filter = Filter{User: user, Kinds: []sensors.Kind{sensors.KindStage}, From: time.Unix(firstStart(nights), 0)}
	for stage, err := range a.Records(ctx, filter) {
		if err != nil {
			return nil, err
		}
		if stage.Start >= nights[len(nights)-1].At {
			break
		}
		first, _ := slices.BinarySearchFunc(nights, stage.Start, endsAfter)
		for i := first; i < len(nights) && nights[i].At < stage.At+maxNight; i++ {
			if night := &nights[i]; stage.At > night.Start {
				night.Stages = append(night.Stages, stage.Record)
			}
		}
	}
	for i := range nights {
		nights[i].keepOwnStages()
	}
	return nights, nil
}

// maxNight is longer than any night, in seconds.
const maxNight = 72 * 60 * 60

// endsAfter orders nights by whether they end after a second.
func endsAfter(night Night, second int64) int {
	if night.At > second {
		return 1
	}
	return -1
}

// firstStart is when the first of the nights began.
func firstStart(nights []Night) int64 {
	first := nights[0].Start
	for _, night := range nights {
		first = min(first, night.Start)
	}
	return first
}

// keepOwnStages leaves the stages of the night's own device, if it has any.
func (n *Night) keepOwnStages() {
	isForeign := func(stage sensors.Record) bool { return stage.Device != n.Device }
	if slices.ContainsFunc(n.Stages, func(stage sensors.Record) bool { return !isForeign(stage) }) {
		n.Stages = slices.DeleteFunc(n.Stages, isForeign)
	}
}
