package sensors

import (
	"maps"

	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/withings"
)

// ApplyGoals takes in what the person wants to reach. A goal that is not set any
// more has no value; that none is set any more can be doubted.
func (s *State) ApplyGoals(g withings.Goals, r ApplyOptions) Update {
	values := map[string]Value{}
	if g.Steps.OK && g.Steps.N > 0 {
		values["step_goal"] = Number(decimal.FromInt(g.Steps.N))
	}
	if g.Sleep.OK && g.Sleep.N > 0 {
		values["sleep_goal"] = Number(decimal.FromInt(g.Sleep.N))
	}
	if weight := g.Weight.Value; g.Weight.OK && weight.Value.OK && weight.Unit.OK {
		if kg, err := weight.Value.Decimal.Shift(int(weight.Unit.N)); err == nil && kg.Sign() > 0 {
			values[keyGoal] = Number(kg)
		}
	}
	return s.applyComplete(len(values), len(s.goals.Values), r, func(*Update) {
		if !maps.Equal(values, s.goals.Values) {
			// The cloud does not say since when; this is when we saw it.
			s.goals = record{At: r.receivedAt(), Modified: r.receivedAt(), Received: r.receivedAt(), Values: values}
		}
	})
}
