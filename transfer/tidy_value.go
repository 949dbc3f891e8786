// SPDX-License-Identifier: MIT

package transfer

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/sensors"
	"vitals2mqtt/units"
)

// unknownKey says which key may be meant. It quotes what can be one only.
func unknownKey(key string) string {
	const tail = "; `vitals2mqtt sensors` lists them"
	if len(key) > maxKey { // comparing takes long
		return "unknown key" + tail
	}
	nearest, found := sensors.Nearest(key)
	switch {
	case found && strings.Trim(key, "abcdefghijklmnopqrstuvwxyz0123456789_") == "":
		return fmt.Sprintf("unknown key %q, did you mean %q?", key, nearest)
	case found:
		return fmt.Sprintf("unknown key, did you mean %q?", nearest)
	}
	return "unknown key" + tail
}

// maxKey is longer than any key.
const maxKey = 64

// valueOf reads the value of a sensor in its unit.
func valueOf(sensor *sensors.Sensor, text, unit string, comma bool) (sensors.Value, error) {
	number, err := parseNumber(text, comma)
	if isText(sensor) || err != nil && sensor.Unit == "" && sensor.StateClass == "" {
		return textOf(sensor, text)
	}
	if err != nil {
		return sensors.Value{}, err
	}
	if unit == "" {
		return sensors.Number(number), nil
	}
	converted, ok := units.ToMetric(unit, sensor.Unit, number)
	if !ok {
		return sensors.Value{}, fmt.Errorf("its unit is %q, and the one given cannot be converted to it", sensor.Unit)
	}
	return sensors.Number(converted), nil
}

// parseNumber reads a number with the file's decimal character. The other one
// could separate thousands, so that it is refused.
func parseNumber(text string, comma bool) (decimal.Decimal, error) {
	if comma {
		if strings.Contains(text, ".") {
			return decimal.Decimal{}, errors.New("a point in a number, in a file with semicolons and decimal commas")
		}
		text = strings.Replace(text, ",", ".", 1)
	}
	number, err := decimal.Parse(text)
	if errors.Is(err, decimal.ErrRange) {
		return number, errors.New("the number is out of range")
	}
	if err != nil {
		return number, errors.New("not a number")
	}
	return number, nil
}

// isText reports whether a sensor's values are texts.
func isText(sensor *sensors.Sensor) bool {
	return len(sensor.Options) > 0 ||
		slices.Contains([]string{"enum", "timestamp", "date", "occupancy"}, sensor.DeviceClass)
}

func textOf(sensor *sensors.Sensor, text string) (sensors.Value, error) {
	switch {
	case text == "":
		return sensors.Value{}, errors.New("no value")
	case sensor.DeviceClass == "date" && !isDate(text):
		return sensors.Value{}, errors.New("not a date such as 2025-01-31")
	case len(sensor.Options) > 0 && !slices.Contains(sensor.Options, text) &&
		(sensor.NumberPrefix == "" || !strings.HasPrefix(text, sensor.NumberPrefix)):
		return sensors.Value{}, errors.New("not one of its values")
	}
	return sensors.Text(text), nil
}

func isDate(text string) bool {
	_, err := time.Parse(time.DateOnly, text)
	return err == nil
}
