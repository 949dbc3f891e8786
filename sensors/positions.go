package sensors

// Positions that stand for the whole body; none at all is better.
const (
	wholeBody   = 7
	betweenLegs = 6
)

// PositionName is the name of a part of the body by the cloud's number, and
// false for an unknown number.
func PositionName(number int64) (name string, known bool) {
	names := [...]string{
		"right_wrist", "left_wrist", "right_arm", "left_arm", "right_foot", "left_foot", "between_legs", "whole_body",
		"left_side", "right_side", "left_leg", "right_leg", "torso", "left_hand", "right_hand",
		"aortic", "pulmonic", "tricuspid", "mitral", "apex",
		"lung_front_upper_right", "lung_front_upper_left", "lung_front_lower_right", "lung_front_lower_left",
		"lung_back_upper_left", "lung_back_upper_right", "lung_back_lower_left", "lung_back_lower_right",
		"wide", "between_arms", "held_right", "held_left",
	}
	if number < 0 || number >= int64(len(names)) {
		return "", false
	}
	return names[number], true
}
