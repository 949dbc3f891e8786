// SPDX-License-Identifier: MIT

package people

import "maps"

// lacksSeries reports whether a series is absent for nights of this device. An
// empty array would be possible too, but aiowithings fails on one.
func (b sleepSource) lacksSeries(series string) bool {
	switch {
	case b == importedSource:
		return true
	case b.class == tracker.class:
		return series == "mvt_score" || series == "chest_movement_rate" || series == "snoring"
	}
	return false
}

// fields is every member of a night's data as of now; nil = left out.
func (n *Night) fields(now int64, prescribed bool) map[string]any {
	if n.Source == importedSource {
		return importedFields(n.Summary.imported)
	}
	all := n.Summary.fields()
	if n.Source.class == tracker.class {
		dropMatFields(all)
	}
	if prescribed && n.Source.class == Mat.class {
		all["apnea_hypopnea_index"], all["withings_index"] = n.Summary.disturbances/2, n.Summary.disturbances/2+1
		all["breathing_sounds"], all["breathing_sounds_episode_count"] = n.Summary.snoring+60, n.Summary.snores+1
	}
	if w := n.Summary.core; w != nil {
		all["core_body_temperature_avg"], all["core_body_temperature_min"] = hundredths(w.average), hundredths(w.low)
		all["core_body_temperature_max"], all["core_body_temperature_status"] = hundredths(w.high), w.status
	}
	switch {
	case n.FinalAt != 0 && now < n.FinalAt:
		all["sleep_score"] = (*int)(nil)
	case n.RescoredAt != 0 && now >= n.RescoredAt:
		all["sleep_score"] = n.Summary.Score + 3
	}
	return all
}

// dropMatFields removes what only a mat measures: the members become absent,
// null or 0.
func dropMatFields(all map[string]any) {
	var null *int
	maps.Copy(all, map[string]any{
		"mvt_score_avg": nil, "mvt_active_duration": nil, "chest_movement_rate_average": nil, "chest_movement_rate_min": nil,
		"chest_movement_rate_max": nil, "chest_movement_rate_wellness_average": nil, "chest_movement_rate_wellness_min": nil,
		"chest_movement_rate_wellness_max": nil,
		"breathing_disturbances_intensity": null, "breathing_quality_assessment": null,
		"snoring": 0, "snoringepisodecount": 0,
	})
}

// importedFields is the data of an imported night.
func importedFields(asleep int64) map[string]any {
	var null *int
	return map[string]any{
		"asleepduration": asleep, "lightsleepduration": null, "deepsleepduration": null, "remsleepduration": null,
		"night_events": emptyMap(),
	}
}

func hundredths(n int) float64 { return float64(n) / 100 }
