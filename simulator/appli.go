package simulator

import (
	"slices"

	"vitals2mqtt/withings"
)

// The numbers of notifications, "appli".
const (
	appliWeight      = int(withings.CategoryWeight)
	appliTemperature = int(withings.CategoryTemperature)
	appliPressure    = int(withings.CategoryPressure)
	appliActivity    = int(withings.CategoryActivity)
	appliSleep       = int(withings.CategorySleep)
	appliProfile     = int(withings.CategoryProfile)
	appliBedIn       = int(withings.CategoryBedIn)
	appliBedOut      = int(withings.CategoryBedOut)
	appliInflated    = int(withings.CategoryInflated)
	appliDevice      = 53 // Belongs to the application, not to a person: nobody can subscribe it with a bearer token.
	appliECG         = int(withings.CategoryECG)
	appliECGFailed   = int(withings.CategoryECGFailed)
	appliGlucose     = int(withings.CategoryGlucose)
	appliSound       = int(withings.CategoryStethoscope)
	appliHRV         = int(withings.CategoryHRV)
	appliUrine       = int(withings.CategoryUrine)

	// appliUnknown is a number that nobody knows.
	appliUnknown = 97
)

// scopesOf are the scopes of which any one opens a number; none = it cannot be subscribed.
func scopesOf(appli int) []string {
	switch scope := withings.Category(appli).Scope(); {
	case scope == "":
		return nil
	case appli == appliHRV:
		return []string{scope, scopeActivity}
	default:
		return []string{scope}
	}
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
	return appliWeight
}

// applisForGroup are the numbers that tell of a group, ascending. Nothing tells of wishes.
func applisForGroup(g *group) []int {
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
