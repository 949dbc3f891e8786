// SPDX-License-Identifier: MIT

package display

import (
	"strconv"
	"strings"

	"vitals2mqtt/sensors"
)

// typeKey is the row of the catalogue that stands for every measure type
// without a row of its own.
const typeKey = "type_<n>"

// Name is the name of a sensor. In English it is that of the catalogue; a name
// that a user has given is the same in every language.
func (l Language) Name(row sensors.Sensor) string {
	names := l.words().names
	if name, known := names[row.Key]; known {
		return name
	}
	if base, known := names[sensors.BaseKey(row.Key)]; known {
		return l.Say("name.at", base, l.position(row.Position))
	}
	number := strconv.Itoa(row.Measure)
	if name, known := names[typeKey]; known && row.Key == strings.ReplaceAll(typeKey, "<n>", number) {
		return strings.ReplaceAll(name, "<n>", number)
	}
	return row.Name
}

// position is a part of the body by the cloud's number.
func (l Language) position(number int) string {
	if name, known := sensors.PositionName(int64(number)); known {
		return l.Option(sensors.Sensor{}, name)
	}
	return l.Say("name.position", number)
}

// Option is what an option of an enum means.
func (l Language) Option(row sensors.Sensor, option string) string {
	options := l.words().options
	for _, key := range []string{row.Key + "." + option, option} {
		if text, known := options[key]; known {
			return text
		}
	}
	return strings.ReplaceAll(option, "_", " ")
}
