// SPDX-License-Identifier: MIT

package bloodpressure

// Class is a range of blood pressures with the name that a guideline gives it.
type Class struct {
	// Name is "normal", "high_normal", "grade_1", "grade_2" or "grade_3".
	Name string
	// Low is the lowest value of the class, High the lowest of the next one; in
	// mmHg.
	Low, High float64
}

// Limits of the highest class, which has none, in mmHg. Diastolic values end
// where the systolic classes begin, so that one axis shows both.
const (
	endOfSystolic  = 260
	endOfDiastolic = 120
)

// The classes are those of the 2018 guideline of the European Societies of
// Cardiology and of Hypertension, table 3, which the vendor shows outside of
// North America. What is below them is called optimal there.
// See https://doi.org/10.1093/eurheartj/ehy339 and
// https://support.withings.com/hc/en-us/articles/360018842578.

// SystolicClasses lists the classes of the systolic pressure.
func SystolicClasses() []Class {
	return []Class{
		{"normal", 120, 130},
		{"high_normal", 130, 140},
		{"grade_1", 140, 160},
		{"grade_2", 160, 180},
		{"grade_3", 180, endOfSystolic},
	}
}

// DiastolicClasses lists the classes of the diastolic pressure.
func DiastolicClasses() []Class {
	return []Class{
		{"normal", 80, 85},
		{"high_normal", 85, 90},
		{"grade_1", 90, 100},
		{"grade_2", 100, 110},
		{"grade_3", 110, endOfDiastolic},
	}
}
