// SPDX-License-Identifier: MIT

package notify

import (
	"slices"

	"vitals2mqtt/simulator/people"
	"vitals2mqtt/withings"
)

// Categories of notifications, "appli" in the API.
const (
	CategoryWeight   = int(withings.CategoryWeight)
	appliTemperature = int(withings.CategoryTemperature)
	appliPressure    = int(withings.CategoryPressure)
	appliActivity    = int(withings.CategoryActivity)
	appliSleep       = int(withings.CategorySleep)
	appliProfile     = int(withings.CategoryProfile)
	appliBedIn       = int(withings.CategoryBedIn)
	appliBedOut      = int(withings.CategoryBedOut)
	appliInflated    = int(withings.CategoryInflated)
	CategoryDevice   = 53 // Belongs to the application: no bearer token can subscribe it.
	appliECG         = int(withings.CategoryECG)
	appliECGFailed   = int(withings.CategoryECGFailed)
	appliGlucose     = int(withings.CategoryGlucose)
	appliSound       = int(withings.CategoryStethoscope)
	appliHRV         = int(withings.CategoryHRV)
	appliUrine       = int(withings.CategoryUrine)

	// appliUnknown is a number without a meaning.
	appliUnknown = 97
)

// Categories returns the numbers that can be subscribed, ascending.
func Categories() []int {
	var numbers []int
	for number := range appliUnknown {
		if len(ScopesOf(number)) > 0 {
			numbers = append(numbers, number)
		}
	}
	return numbers
}

// ScopesOf are the scopes of which any one allows a category; none = it cannot
// be subscribed.
func ScopesOf(appli int) []string {
	switch scope := withings.Category(appli).Scope(); {
	case scope == "":
		return nil
	case appli == appliHRV:
		return []string{scope, withings.ScopeActivity}
	default:
		return []string{scope}
	}
}

// appliForType is the category of a type of measure. The vendor lists only the
// common ones; weight is a guess for the rest.
func appliForType(typ int) int {
	switch typ {
	case 12, 71, 73:
		return appliTemperature
	case 9, 10, 11, 54:
		return appliPressure
	case 119:
		return appliGlucose
	case 130, 135, 136, 137, 138, 139:
		return appliECG
	case 122, 147, 148, 151, 204, 205, 248, 249, 251:
		return appliUrine
	}
	return CategoryWeight
}

// applisForGroup are the categories of a group, ascending. Goals have none.
func applisForGroup(g *people.Group) []int {
	if g == nil || g.Category != 1 {
		return nil
	}
	var list []int
	for _, m := range g.Measures {
		if appli := appliForType(m.Type); !slices.Contains(list, appli) {
			list = append(list, appli)
		}
	}
	slices.Sort(list)
	return list
}
