// SPDX-License-Identifier: MIT

package people

// Owners returns people who are not part of the demo, each with other devices
// than its two, for tests. They can be combined with each other and with
// DemoPeople.
func Owners() []Person {
	couple := Couple()
	return []Person{
		BodyScanOwner(), couple[0], couple[1], ScanWatchOwner(), ByHandOwner(), FreePlanOwner(0), ThermoOwner(), UScanOwner(),
	}
}

// BodyScanOwner is Dora: four or five groups of one date per weigh-in, limbs,
// doubled measures, undocumented attributions.
func BodyScanOwner() Person {
	return Person{
		Name:     "Dora",
		Timezone: "Europe/Paris",
		HeightCM: 168,
		WeightG:  74_200,
		BodyScan: true,
		Owns:     Owns{ECG: true, ECGModel: 10, Goals: Goals{WeightG: 70_000}},
	}
}

// Couple is Emil and Frida, who sleep at the same time on a mat each. Emil also
// has a watch, which records some of his nights a second time; both have rows
// that are incomplete at first, scored again, or imported.
func Couple() [2]Person {
	return [2]Person{
		{
			Name:      "Emil",
			Timezone:  "Europe/Vienna",
			Mat:       true,
			OddNights: true,
			Owns:      Owns{Watch: true, WatchModel: scanWatch2, Goals: Goals{Sleep: 7 * 3600}},
		},
		{Name: "Frida", Timezone: "Europe/Vienna", Mat: true, OddNights: true, Owns: Owns{Phone: true}},
	}
}

// ScanWatchOwner is Gustav, whose watch records nights with heart rate
// variability and core body temperature, blood oxygen, fitness, rhythm and
// ECGs.
func ScanWatchOwner() Person {
	return Person{
		Name:      "Gustav",
		Timezone:  "Europe/Stockholm",
		HeightCM:  179,
		WeightG:   77_000,
		ScanWatch: true,
		Owns: Owns{
			Watch:      true,
			WatchModel: scanWatch2,
			Steps:      9600,
			Swims:      true,
			ECG:        true,
			Goals:      Goals{Steps: 10_000, Sleep: 8 * 3600},
		},
	}
}

// ByHandOwner is Hanna, who owns no device and enters everything by hand
// (attributions 4 and 2).
func ByHandOwner() Person {
	return Person{Name: "Hanna", Timezone: "America/Sao_Paulo", HeightCM: 165, WeightG: 61_800, ByHand: true}
}

// FreePlanOwner is Ivan, who has many devices and a free plan: responses lack
// what is not basic. A status that is not 0 (277 or 214, say) refuses the
// services that have little else.
func FreePlanOwner(status int) Person {
	p := Person{
		Name:     "Ivan",
		Timezone: "Europe/Lisbon",
		HeightCM: 176,
		WeightG:  81_500,
		Scale:    true,
		Cuff:     true,
		Mat:      true,
		Owns:     Owns{Watch: true, WatchModel: 93, ECG: true, Goals: Goals{Steps: 7000}, Locked: advancedFields()},
		Plan:     Plan{Basic: true},
	}
	if status != 0 {
		p.Plan.Refused = map[string]int{}
		for _, call := range advancedCalls() {
			p.Plan.Refused[call] = status
		}
	}
	return p
}

// ThermoOwner is Jonas, who has a thermometer and a fever four times a year.
func ThermoOwner() Person {
	return Person{Name: "Jonas", Timezone: "Asia/Kathmandu", Thermo: true}
}

// UScanOwner is Klara: urine, and an undocumented type of measure.
func UScanOwner() Person { return Person{Name: "Klara", Timezone: "Pacific/Auckland", UScan: true} }

// advancedCalls are those that a free plan may lack altogether.
func advancedCalls() []string {
	return []string{"v2/sleep *", "v2/heart *", "v2/stetho *", "v2/measure getintradayactivity", "v2/measure getworkouts"}
}

// advancedFields are those of activity, intraday and workouts that a free plan
// may lack.
func advancedFields() []string {
	return []string{
		"hr_average", "hr_min", "hr_max", "hr_zone_0", "hr_zone_1", "hr_zone_2", "hr_zone_3",
		"heart_rate", "spo2_auto", "rmssd", "sdnn1", "hrv_quality", "core_body_temperature", "rr", "chest_movement_rate",
		"spo2_average", "core_body_temperature_avg", "core_body_temperature_min", "core_body_temperature_max",
		"core_body_temperature_status",
	}
}
