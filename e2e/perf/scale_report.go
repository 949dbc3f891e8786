// SPDX-License-Identifier: MIT

package main

import "fmt"

const kilobyte = 1e3

// perProfile is what one more profile holds, compared with the least number of
// them, in kB.
func perProfile(first, s scaleResult, of func(footprint) int64) float64 {
	if s.profiles == first.profiles {
		return 0
	}
	return float64(of(s.held)-of(first.held)) / kilobyte / float64(s.profiles-first.profiles)
}

func resident(f footprint) int64 { return f.resident }

func private(f footprint) int64 { return f.private }

// lateText is whether polls were late.
func (s scaleResult) lateText() string {
	if s.late {
		return "**yes**"
	}
	return "none"
}

func scaleTable(all []scaleResult) table {
	t := table{head: []string{
		"profiles", "CPU of a restart", "CPU of a poll", "requests of a poll", "TLS handshakes of a first poll",
		"resident", "anonymous", "resident for one more", "anonymous for one more", "stop, idle", "stop, during first polls",
		"late polls", "MQTT messages ignored", "warnings",
	}}
	for _, s := range all {
		more := func(of func(footprint) int64) string {
			if s.profiles == all[0].profiles {
				return "–"
			}
			return fmt.Sprintf("%.0f kB", perProfile(all[0], s, of))
		}
		t.add(s.profiles, fmt.Sprintf("%.2f s", s.restart.Seconds()), fmt.Sprintf("%.2f ms", s.poll),
			fmt.Sprintf("%.2f", s.requests), fmt.Sprintf("%.2f", s.handshakes),
			fmt.Sprintf("%.1f MB", megabytes(s.held.resident)), fmt.Sprintf("%.1f MB", megabytes(s.held.private)),
			more(resident), more(private), fmt.Sprintf("%.2f s", s.idleStop.Seconds()),
			fmt.Sprintf("%.2f s", s.busyStop.Seconds()), s.lateText(), s.ignored, s.warnings)
	}
	return t
}

// scaleRows are the figures of the greatest number of profiles.
func scaleRows(all []scaleResult) []row {
	most := all[len(all)-1]
	late := 0.0
	if most.late {
		late = 1
	}
	name := func(what string) string { return fmt.Sprintf("%d profiles: %s", most.profiles, what) }
	return []row{
		{
			key: keyRestart, what: name("CPU of a restart"), unit: "s", goal: 10, digits: 2, series: series{most.restart.Seconds()},
			how: "user and system time from a start with state until it is idle, the first polls included",
		},
		{
			what: name("CPU of a poll"), unit: "ms", digits: 2, series: series{most.poll},
			how: fmt.Sprintf("each profile every %v for %v, every key over TLS, nothing new",
				steadyEvery(most.profiles), steadyWatched(most.profiles)),
		},
		{
			key: keyProfileMemory, what: name("resident memory for one more"), unit: "kB", goal: 100,
			series: series{perProfile(all[0], most, resident)},
			how:    fmt.Sprintf("`VmRSS` after these polls, in relation to %d", all[0].profiles),
		},
		{
			key: keyStop, what: name("SIGTERM to exit"), unit: "s", goal: 2, digits: 2,
			series: series{most.idleStop.Seconds(), most.busyStop.Seconds()}, how: "idle, and during the first polls",
		},
		{
			key: keyLost, what: name("late polls and ignored MQTT messages"), none: true, series: series{late + float64(most.ignored)},
			how: "a poll is late half an interval after it was due",
		},
	}
}

func scalePlots(all []scaleResult) []plot {
	of := func(figure func(scaleResult) float64) []point {
		return pointsOf(all, func(s scaleResult) (x, y float64) { return float64(s.profiles), figure(s) })
	}
	return []plot{
		{
			file: "growth-profiles.svg", title: "CPU against profiles", x: "profiles", y: "s, logarithmic", logarithmic: true,
			lines: []line{
				{"restart, first polls included", of(func(s scaleResult) float64 { return s.restart.Seconds() })},
				{"one poll of every profile", of(func(s scaleResult) float64 { return s.poll * float64(s.profiles) / 1000 })},
			},
		},
		{
			file: "growth-profiles-memory.svg", title: "Memory against profiles", x: "profiles", y: "MB",
			lines: []line{
				{"resident", of(func(s scaleResult) float64 { return megabytes(s.held.resident) })},
				{"of it anonymous", of(func(s scaleResult) float64 { return megabytes(s.held.private) })},
			},
		},
	}
}
