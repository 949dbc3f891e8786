// SPDX-License-Identifier: MIT

package people

import "cmp"

// Types of getdevice.
const (
	classScale       = "Scale"
	classCuff        = "Blood Pressure Monitor"
	classTracker     = "Activity Tracker"
	classSleep       = "Sleep Monitor"
	classThermometer = "Smart Connected Thermometer"
	classApple       = "HealthKit Apple"
	classGoogle      = "HealthKit Google"
)

// watchSensors is what a watch measures beside movement.
type watchSensors struct {
	heart  bool
	oxygen bool // and breathing
	core   bool // temperature, and how the heart rate varies
}

// product is a model by its number.
type product struct {
	id      int
	name    string
	class   string
	sensors watchSensors
	// zoned programs are listed with a zone, as every device is.
	zoned bool
}

// productOf returns the product of a model number.
func productOf(id int) product {
	for _, p := range products {
		if p.id == id {
			return p
		}
	}
	return product{id: id, class: "Unknown"}
}

func (a *body) watchProduct() product { return productOf(cmp.Or(a.Owns.WatchModel, 94)) }

// counterProduct counts the person's steps.
func (a *body) counterProduct(by Counter) product {
	if by == phone {
		return productOf(cmp.Or(a.Owns.PhoneModel, 1057))
	}
	return a.watchProduct()
}

// products are the models that people here can own.
var products = []product{
	{id: 6, name: "Body Cardio", class: classScale},
	{id: 10, name: "Body Scan", class: classScale},
	{id: 44, name: "BPM Core", class: classCuff},
	{id: 45, name: "BPM Connect", class: classCuff},
	{id: 58, name: "Pulse HR", class: classTracker, sensors: watchSensors{heart: true}},
	{id: 63, name: "Aura Sensor V2", class: classSleep},
	{id: 70, name: "Thermo", class: classThermometer},
	{id: 71, name: "BeamO", class: classThermometer},
	{id: 91, name: "Move ECG", class: classTracker},
	{id: 93, name: "ScanWatch", class: classTracker, sensors: watchSensors{heart: true, oxygen: true}},
	{id: 94, name: "ScanWatch 2", class: classTracker, sensors: watchSensors{heart: true, oxygen: true, core: true}},
	{id: 1054, name: "Android step tracker", class: classGoogle, zoned: true},
	{id: 1055, name: "GoogleFit tracker", class: classGoogle},
	{id: 1057, name: "HealthKit step iPhone tracker", class: classApple, zoned: true},
}
