package sensors

import (
	"maps"

	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/withings"
)

// DecodeGoals reads what the user wants to reach. A goal that is no longer set
// has no value.
func DecodeGoals(g withings.Goals, o DecodeOptions) Batch {
	d := newDecoder(KindGoals, withings.Flag{}, o)
	values := map[string]Value{}
	if g.Steps.OK && g.Steps.N > 0 {
		values["step_goal"] = Number(decimal.FromInt(g.Steps.N))
	}
	if g.Sleep.OK && g.Sleep.N > 0 {
		values["sleep_goal"] = Number(decimal.FromInt(g.Sleep.N))
	}
	if g.Weight.OK {
		d.addWeightGoal(values, g.Weight.Value)
	}
	if len(values) > 0 {
		// The cloud does not return since when they are set.
		d.add(Record{ID: goalsID, At: d.receivedAt(), Modified: d.receivedAt(), Values: values})
		d.Listed = []int64{goalsID}
	}
	return d.Covering(o.Now, o.Now)
}

func (d *decoder) addWeightGoal(values map[string]Value, weight withings.WeightGoal) {
	kg, ok := scaled(weight.Value, weight.Unit, 0)
	switch {
	case !ok:
		d.leaveOut(LeftOutNoValue, goalsID, 0, keyGoal)
	case kg.Sign() > 0:
		values[keyGoal] = Number(kg)
	}
}

// goalsID is the made-up id of the one record of goals.
const goalsID = -1

// acceptsGoals accepts other goals than the known ones, whose time stays.
func acceptsGoals(_ collections, rec, known Record, _ bool) bool {
	return !maps.Equal(rec.Values, known.Values)
}
