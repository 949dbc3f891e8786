// SPDX-License-Identifier: MIT

package sensors

import (
	"strconv"
	"strings"
)

// Positions that stand for the whole body; none at all is better.
const (
	wholeBody   = 7
	betweenLegs = 6
)

// maxPosition bounds the positions that make keys, so that a broken response
// does not create topics at will. The highest known is 31.
const maxPosition = 99

// positionMark is between the key of a measure type and a position.
const positionMark = "_position_"

// atPosition is the row of a measure type at a position that has no row: the
// quantity of another part of the body.
func (s Sensor) atPosition(position int) Sensor {
	name, known := PositionName(int64(position))
	if !known {
		name = "position " + strconv.Itoa(position)
	}
	s.Key += positionMark + strconv.Itoa(position)
	s.Name += " (" + strings.ReplaceAll(name, "_", " ") + ")"
	s.Position = position
	s.Enabled, s.Original, s.Note = false, false, ""
	s.Source = s.wireSource()
	return s
}

// cutPosition splits a key that atPosition has made.
func cutPosition(key string) (base string, position int, ok bool) {
	at := strings.LastIndex(key, positionMark)
	if at < 0 {
		return "", 0, false
	}
	number := key[at+len(positionMark):]
	position, err := strconv.Atoi(number)
	ok = err == nil && strconv.Itoa(position) == number && position >= 0 && position <= maxPosition &&
		position != wholeBody && position != betweenLegs
	return key[:at], position, ok
}

// BaseKey is the key of the whole body for a key at a position, otherwise the
// key itself.
func BaseKey(key string) string {
	if base, _, ok := cutPosition(key); ok {
		return base
	}
	return key
}

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
