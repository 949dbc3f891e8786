// SPDX-License-Identifier: MIT

package sensors

import (
	"strconv"
	"sync"
)

// modelName is the name of a device model by its number, "model_<n>" when it is
// unknown.
func modelName(id int64) (name string, known bool) {
	name, known = modelNames()[id]
	if !known {
		name = "model_" + strconv.FormatInt(id, 10)
	}
	return name, known
}

// modelNames leaves number 13 without one: scales and sleep mats both carry it.
var modelNames = sync.OnceValue(func() map[int64]string {
	return map[int64]string{
		13: "",
		1:  "Withings WBS01", 2: "WS30", 3: "Kid Scale", 4: "Smart Body Analyzer", 5: "Body+", 6: "Body Cardio", 7: "Body",
		9: "Body Pro", 10: "Body Scan", 11: "WBS10", 12: "WBS11", 14: "Body", 15: "Body Comp", 16: "Body Smart",
		17: "Body Pro 2",
		18: "Body Comp", 19: "Body Scan 2", 20: "BodyFit",
		21: "Smart Baby Monitor", 22: "Withings Home",
		41: "Blood Pressure Monitor V1", 42: "Blood Pressure Monitor V2", 43: "Blood Pressure Monitor V3", 44: "BPM Core",
		45: "BPM Connect", 46: "BPM Connect Pro", 47: "BPM Pro 2", 48: "BPM Vision",
		51: "Pulse", 54: "Withings Go", 58: "Pulse HR",
		52: "Activite", 53: "Activite", 55: "Activite Steel HR", //nolint:misspell // the vendor's spelling
		59: "Activite Steel HR Sport Edition", //nolint:misspell // the vendor's spelling
		60: "Aura Dock", 61: "Aura Sensor", 62: "Aura Dock", 63: "Aura Sensor V2",
		70: "Thermo", 71: "BeamO",
		90: "Move", 91: "Move ECG", 92: "Move ECG", 93: "ScanWatch", 94: "ScanWatch 2", 95: "ScanWatch Light",
		100:  "WUP01",
		1051: "iOS step tracker", 1052: "iOS step tracker", 1053: "Android step tracker", 1054: "Android step tracker",
		1055: "GoogleFit tracker", 1056: "Samsung Health tracker", 1057: "HealthKit step iPhone tracker",
		1058: "HealthKit step Apple Watch tracker", 1059: "HealthKit other step tracker", 1060: "Google Health Connect",
		1061: "Iglucose glucometer", 1062: "Huawei tracker", 1063: "Lingo Sensor",
	}
})
