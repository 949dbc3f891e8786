// SPDX-License-Identifier: MIT

package api

import "vitals2mqtt/withings"

func userActions() map[string]action {
	return map[string]action{
		"getdevice": {scope: withings.ScopeInfo, run: getDevices},
		"getgoals":  {scope: withings.ScopeInfo, run: getGoals},
	}
}

// getDevices is v2/user getdevice.
func getDevices(c *Server, q query) response {
	return success(map[string]any{"devices": c.store.DeviceRowsLocked(q.account, q.now)})
}

// getGoals is v2/user getgoals: a goal that is not set is not there.
func getGoals(_ *Server, q query) response {
	own := q.account.CurrentGoals()
	goals := map[string]any{}
	if own.Steps > 0 {
		goals["steps"] = own.Steps
	}
	if own.Sleep > 0 {
		goals["sleep"] = own.Sleep
	}
	if own.WeightG > 0 {
		goals["weight"] = map[string]any{"value": own.WeightG, "unit": -3}
	}
	if len(goals) == 0 {
		return success(map[string]any{"goals": []struct{}{}})
	}
	return success(map[string]any{"goals": goals})
}
