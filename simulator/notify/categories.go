package notify

import (
	"slices"

	"vitals2mqtt/simulator/people"
)

// The scopes that an application can ask for.
const (
	ScopeInfo        = "user.info"
	ScopeMetrics     = "user.metrics"
	ScopeActivity    = "user.activity"
	scopeSleepEvents = "user.sleepevents"
)

// AllScopes are all of them.
func AllScopes() []string { return []string{ScopeInfo, ScopeMetrics, ScopeActivity, scopeSleepEvents} }

// Categories of notifications, "appli" in the API.
const (
	CategoryWeight   = 1
	appliTemperature = 2
	appliPressure    = 4
	appliActivity    = 16
	appliSleep       = 44
	appliProfile     = 46
	appliBedIn       = 50
	appliBedOut      = 51
	appliInflated    = 52
	CategoryDevice   = 53 // Belongs to the application: no bearer token can subscribe it.
	appliECG         = 54
	appliECGFailed   = 55
	appliGlucose     = 58
	appliSound       = 61
	appliHRV         = 62
	appliUrine       = 63

	// appliUnknown is a number without a meaning.
	appliUnknown = 97
)

// ScopesOf are the scopes of which any one allows a category; none = it cannot
// be subscribed.
func ScopesOf(appli int) []string {
	switch appli {
	case CategoryWeight, appliTemperature, appliPressure, appliECG, appliECGFailed, appliGlucose, appliSound, appliUrine:
		return []string{ScopeMetrics}
	case appliActivity, appliSleep:
		return []string{ScopeActivity}
	case appliHRV:
		return []string{ScopeMetrics, ScopeActivity}
	case appliProfile:
		return []string{ScopeInfo}
	case appliBedIn, appliBedOut, appliInflated:
		return []string{scopeSleepEvents}
	}
	return nil
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
