// SPDX-License-Identifier: MIT

package withings

import (
	"strconv"
)

// Category is what a notification is about, by the vendor's number ("appli").
type Category int

// The categories that can be subscribed for a user. CategoryAny is not one of
// the vendor's: it stands for a change of unknown kind.
const (
	CategoryAny         Category = 0
	CategoryWeight      Category = 1
	CategoryTemperature Category = 2
	CategoryPressure    Category = 4
	CategoryActivity    Category = 16
	CategorySleep       Category = 44
	CategoryProfile     Category = 46
	CategoryBedIn       Category = 50
	CategoryBedOut      Category = 51
	CategoryInflated    Category = 52
	CategoryECG         Category = 54
	CategoryECGFailed   Category = 55
	CategoryGlucose     Category = 58
	CategoryStethoscope Category = 61
	CategoryHRV         Category = 62
	CategoryUrine       Category = 63
)

// categoryInfo is one row of the table of categories.
type categoryInfo struct {
	category    Category
	name, scope string
	description string
}

// categoryTable lists every category that can be subscribed. 53 is missing: it
// belongs to the application, not to a user.
func categoryTable() [15]categoryInfo {
	return [15]categoryInfo{
		{CategoryWeight, "weight", ScopeMetrics, "weight and body composition"},
		{CategoryTemperature, "temperature", ScopeMetrics, "body and skin temperature"},
		{CategoryPressure, "pressure", ScopeMetrics, "blood pressure, pulse and blood oxygen"},
		{CategoryActivity, "activity", ScopeActivity, "activity of the day and workouts"},
		{CategorySleep, "sleep", ScopeActivity, "nights and naps"},
		{CategoryProfile, "profile", ScopeInfo, "the account was changed, unlinked or deleted"},
		{CategoryBedIn, "bed in", ScopeSleepEvents, "the user got into bed"},
		{CategoryBedOut, "bed out", ScopeSleepEvents, "the user got out of bed"},
		{CategoryInflated, "mat inflated", ScopeSleepEvents, "the sleep mat was inflated for the first time"},
		{CategoryECG, "ECG", ScopeMetrics, "an electrocardiogram was recorded"},
		{CategoryECGFailed, "ECG failed", ScopeMetrics, "an electrocardiogram could not be recorded"},
		{CategoryGlucose, "glucose", ScopeMetrics, "blood glucose"},
		{CategoryStethoscope, "stethoscope", ScopeMetrics, "heart sounds were recorded"},
		{CategoryHRV, "heart rate variability", ScopeMetrics, "heart rate variability"},
		{CategoryUrine, "urine", ScopeMetrics, "urine analysis"},
	}
}

// Categories returns all categories that can be subscribed, by number.
func Categories() []Category {
	rows := categoryTable()
	all := make([]Category, len(rows))
	for i := range rows {
		all[i] = rows[i].category
	}
	return all
}

// Scope is the scope that a category needs, "" for an unknown category.
func (c Category) Scope() string { return c.info().scope }

// Description describes what a notification of the category announces.
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
	case c == CategoryAny:
		return "anything"
	}
	return "category " + strconv.Itoa(int(c))
}

// IsKnown reports whether the category is one of Categories.
func (c Category) IsKnown() bool { return c.info().name != "" }

// IsBedEvent reports whether the notification itself is the data: no endpoint
// returns it.
func (c Category) IsBedEvent() bool { return c.Scope() == ScopeSleepEvents }

func (c Category) info() categoryInfo {
	for _, row := range categoryTable() {
		if row.category == c {
			return row
		}
	}
	return categoryInfo{}
}
