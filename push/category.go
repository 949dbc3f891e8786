// Package push takes the cloud's notifications in and keeps the subscriptions to
// them alive. A notification is only a hint: the package fetches nothing itself
// and knows no sensor.
package push

import "strconv"

// Category is what a notification is about, by the cloud's own number ("appli").
type Category int

// The categories that can be subscribed for a person. AnyCategory is no category of
// the cloud's: it stands for notifications whose details were given up in a flood.
const (
	AnyCategory Category = 0
	Weight      Category = 1
	Temperature Category = 2
	Pressure    Category = 4
	Activity    Category = 16
	Sleep       Category = 44
	Profile     Category = 46
	BedIn       Category = 50
	BedOut      Category = 51
	Inflated    Category = 52
	ECG         Category = 54
	ECGFailed   Category = 55
	Glucose     Category = 58
	Stethoscope Category = 61
	HRV         Category = 62
	Urine       Category = 63
)

// The scopes that open categories.
const (
	scopeInfo     = "user.info"
	scopeMetrics  = "user.metrics"
	scopeActivity = "user.activity"
	scopeBed      = "user.sleepevents"
)

// categoryInfo is one row of the table of categories.
type categoryInfo struct {
	category    Category
	name, scope string
	description string
}

// categoryTable lists every category that this package can subscribe. 53 is missing: it
// belongs to the application and names no person.
func categoryTable() []categoryInfo {
	return []categoryInfo{
		{Weight, "weight", scopeMetrics, "weight and body composition"},
		{Temperature, "temperature", scopeMetrics, "body and skin temperature"},
		{Pressure, "pressure", scopeMetrics, "blood pressure, pulse and blood oxygen"},
		{Activity, "activity", scopeActivity, "activity of the day and workouts"},
		{Sleep, "sleep", scopeActivity, "nights and naps"},
		{Profile, "profile", scopeInfo, "the account was changed, unlinked or deleted"},
		{BedIn, "bed in", scopeBed, "somebody lay down on the sleep mat"},
		{BedOut, "bed out", scopeBed, "somebody got up from the sleep mat"},
		{Inflated, "mat inflated", scopeBed, "the sleep mat has filled itself for the first time"},
		{ECG, "ECG", scopeMetrics, "an electrocardiogram was recorded"},
		{ECGFailed, "ECG failed", scopeMetrics, "an electrocardiogram could not be recorded"},
		{Glucose, "glucose", scopeMetrics, "blood glucose"},
		{Stethoscope, "stethoscope", scopeMetrics, "heart sounds were recorded"},
		{HRV, "heart rate variability", scopeMetrics, "heart rate variability"},
		{Urine, "urine", scopeMetrics, "urine analysis"},
	}
}

// Categories returns all categories that can be subscribed, by their numbers.
func Categories() []Category {
	rows := categoryTable()
	all := make([]Category, len(rows))
	for i, row := range rows {
		all[i] = row.category
	}
	return all
}

// Scope is the consent that a category needs, "" for one that is not known.
func (c Category) Scope() string { return c.info().scope }

// Description says in words what a notification of the category tells.
func (c Category) Description() string {
	if row := c.info(); row.description != "" {
		return row.description
	}
	return "something changed"
}

// String is a short name for logs and reports.
func (c Category) String() string {
	switch row := c.info(); {
	case row.name != "":
		return row.name
	case c == AnyCategory:
		return "anything"
	}
	return "category " + strconv.Itoa(int(c))
}

// IsKnown says whether the category is one of Categories.
func (c Category) IsKnown() bool { return c.info().name != "" }

// IsBedEvent says whether the notification is itself the datum: nothing can be fetched
// that tells of it.
func (c Category) IsBedEvent() bool { return c.Scope() == scopeBed }

func (c Category) info() categoryInfo {
	for _, row := range categoryTable() {
		if row.category == c {
			return row
		}
	}
	return categoryInfo{}
}
