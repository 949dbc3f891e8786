// SPDX-License-Identifier: MIT

package history

import "fmt"

// maxRow is how large a row can be, in bytes: as large as the largest response
// that the client of the cloud accepts.
const maxRow = 32 << 20

// rawDictionary is what rows of responses have in common. It is part of the
// format of the archive: it never changes.
const rawDictionary = `{"total_timeinbed":,"total_sleep_time":,"sleep_efficiency":,"sleep_latency":,"wakeup_latency":,` +
	`"waso":,"nb_rem_episodes":,"breathing_disturbances_intensity":,"apnea_hypopnea_index":,"snoring":,` +
	`"snoringepisodecount":,"out_of_bed_count":,"sleep_score":,"hr_average":,"hr_min":,"hr_max":,"rr_average":,` +
	`"rr_min":,"rr_max":,"lightsleepduration":,"deepsleepduration":,"remsleepduration":,"wakeupcount":,` +
	`"wakeupduration":,"durationtosleep":,"durationtowakeup":,"night_events":{"1":[0],"2":[,"3":[,"4":[,` +
	`"completed":true,"hash_deviceid":"","model":32,"model_id":63,"startdate":1700000000,"enddate":1700000000,` +
	`"date":"2024-01-01","timezone":"Europe/Berlin","is_tracker":true,"steps":,"distance":,"elevation":,"soft":,` +
	`"moderate":,"intense":,"active":,"calories":,"totalcalories":,"hr_zone_0":,"hr_zone_1":,"hr_zone_2":,` +
	`"hr_zone_3":,"brand":18,"category":1,"attrib":0,"deviceid":"","created":1700000000,"modified":1700000000,` +
	`"grpid":,"comment":null,"date":1700000000,"measures":[{"value":,"type":1,"unit":-3,"algo":0,"fm":131},` +
	`{"value":,"type":6,"unit":-2},{"value":,"type":11,"unit":0},{"value":,"type":76,"unit":-2,"position":1}],` +
	`"modelid":13,"model":"Body+"}`

// inflate returns the row.
func inflate(data []byte) ([]byte, error) {
	row, err := uncompress(data, rawDictionary, maxRow)
	if err != nil {
		return nil, fmt.Errorf("uncompressing the row of a response: %w", err)
	}
	return row, nil
}
