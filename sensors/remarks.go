// SPDX-License-Identifier: MIT

package sensors

import "slices"

// RemarkOf is what a user should know about a sensor besides its name, unit and
// Options; "" for nothing.
func RemarkOf(key string) string {
	for _, r := range remarks() {
		if slices.Contains(r.keys, key) {
			return r.text
		}
	}
	return ""
}

type remark struct {
	keys []string
	text string
}

// remarks are in the order of the catalogue.
func remarks() []remark {
	return []remark{
		{[]string{"hydration"}, "mass of the body water"},
		{[]string{"height_m"}, "always in m, whatever Home Assistant's unit system"},
		{[]string{"diastolic_blood_pressure_mmhg", "systolic_blood_pressure_mmhg"}, "always in mmHg"},
		{[]string{"pulse_wave_velocity"}, "always in m/s"},
		{[]string{"blood_glucose_mgdl"}, "needs Home Assistant 2024.12 or newer"},
		{[]string{"urine_ketones", "urine_vitamin_c", "urine_calcium", "urine_creatinine"}, "the vendor has not documented the unit"},
		{[]string{"type_<n>"}, "one for each measure type without a name, as delivered"},
		{[]string{"sleep_state"}, "the newest stage of the last six hours; not a live signal"},
		{[]string{"sleep_snoring_episode_count"}, "the configuration accepts sleep_snoring_eposode_count too"},
		{[]string{"in_bed"}, "on any mat of the account; needs push notifications"},
		{[]string{"bed_occupied"}, "of one mat; needs push notifications"},
		{[]string{"measurement"}, "an event for each new measurement, night, workout and electrocardiogram"},
		{[]string{"authorization"}, "on when a sign-in is needed"},
		{[]string{"sync_problem"}, "on when something else keeps data from arriving; attributes have the reason"},
		{[]string{"push"}, "on while notifications arrive; only with push notifications"},
		{[]string{"last_sync"}, "when the Withings API last answered"},
		{[]string{"held_back"}, "measurements that may belong to another user of the device"},
		{[]string{"refresh"}, "fetches new data of the profile now"},
		{[]string{"battery_low"}, "on when the battery is low"},
		{[]string{"last_session"}, "when the device last synchronized"},
		{[]string{"bridge_state"}, "on while the daemon runs"},
		{[]string{"api_requests_minute"}, "requests to the Withings API in the last minute"},
		{[]string{"refresh_all"}, "fetches new data of all profiles now"},
	}
}
