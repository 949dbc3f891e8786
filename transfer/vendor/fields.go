// SPDX-License-Identifier: MIT

package vendor

import (
	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/sensors"
)

// Measure types of the Withings API that the download has, as names of fields.
const (
	typeWeight      = "1"
	typeHeight      = "4"
	typeFatFree     = "5"
	typeFatRatio    = "6"
	typeFatMass     = "8"
	typeDiastolic   = "9"
	typeSystolic    = "10"
	typePulse       = "11"
	typeSpO2        = "54"
	typeTemperature = "71"
	typeMuscleMass  = "76"
	typeHydration   = "77"
	typeBoneMass    = "88"
	typePulseWave   = "91"
	typeGlucose     = "119"
	typeECG         = "130"
	typeQRS         = "135"
	typePR          = "136"
	typeQT          = "137"
	typeQTc         = "138"
	typePPG         = "139"
	typeVascularAge = "155"
	typeBasalRate   = "226"
)

// Fields of days and minutes.
const (
	fieldDistance = "distance"
	fieldSteps    = "steps"
	fieldCalories = "calories"
	fieldTotal    = "totalcalories"
	// fieldResting are the calories at rest, until the total is known.
	fieldResting = "calories_passive"
	// fieldElevation has another name than in the cloud, which counts floors: whether
	// the download has floors or metres is not known.
	fieldElevation = "elevation_in_download"
)

func number(name string, value decimal.Decimal) sensors.Field {
	return sensors.Field{Name: name, Position: sensors.NoPosition, Value: sensors.Number(value)}
}

func numberOf(name string, n int64) sensors.Field { return number(name, decimal.FromInt(n)) }

func text(name, value string) sensors.Field {
	return sensors.Field{Name: name, Position: sensors.NoPosition, Value: sensors.Text(value)}
}

// fieldNumber is the number of a field without a position.
func fieldNumber(rec sensors.Record, name string) (decimal.Decimal, bool) {
	for _, f := range rec.Fields {
		if f.Name == name && f.Position <= 0 {
			return f.Value.Decimal()
		}
	}
	return decimal.Decimal{}, false
}
