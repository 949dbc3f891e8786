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

// The numbers of notifications, "appli".
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
	CategoryDevice   = 53 // Belongs to the application, not to a person: nobody can subscribe it with a bearer token.
	appliECG         = 54
	appliECGFailed   = 55
	appliGlucose     = 58
	appliSound       = 61
	appliHRV         = 62
	appliUrine       = 63

	// appliUnknown is a number that nobody knows.
	appliUnknown = 97
)

// ScopesOf are the scopes of which any one opens a number; none = it cannot be subscribed.
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

// appliForType is the number that tells of a type of measure. The vendor lists only the plain ones; that the rest of them
// comes from the scale is a guess.
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

// applisForGroup are the numbers that tell of a group, ascending. Nothing tells of wishes.
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
