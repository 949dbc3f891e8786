// Package push receives the vendor's notifications and keeps the subscriptions to
// them alive. A notification is only a hint: the package fetches nothing itself
// and knows no sensor.
package push

import "vitals2mqtt/withings"

// Category is what a notification is about.
type Category = withings.Category

// The categories of package withings under short names.
const (
	AnyCategory = withings.CategoryAny
	Weight      = withings.CategoryWeight
	Temperature = withings.CategoryTemperature
	Pressure    = withings.CategoryPressure
	Activity    = withings.CategoryActivity
	Sleep       = withings.CategorySleep
	Profile     = withings.CategoryProfile
	BedIn       = withings.CategoryBedIn
	BedOut      = withings.CategoryBedOut
	Inflated    = withings.CategoryInflated
	ECG         = withings.CategoryECG
	ECGFailed   = withings.CategoryECGFailed
	Glucose     = withings.CategoryGlucose
	Stethoscope = withings.CategoryStethoscope
	HRV         = withings.CategoryHRV
	Urine       = withings.CategoryUrine
)
