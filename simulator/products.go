package simulator

import "sync"

// Types of getdevice.
const (
	classScale       = "Scale"
	classBaby        = "Babyphone"
	classCuff        = "Blood Pressure Monitor"
	classTracker     = "Activity Tracker"
	classSleep       = "Sleep Monitor"
	classThermometer = "Smart Connected Thermometer"
	classGateway     = "Gateway"
	classApple       = "HealthKit Apple"
	classGoogle      = "HealthKit Google"
	classHuawei      = "HealthKit Huawei"
	classGlucose     = "iGlucose"
	classLingo       = "Lingo"
)

// watchSensors is what a watch takes by itself, beside movement.
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
}

// productOf knows the numbers that the vendor publishes; of others only the number is left.
func productOf(id int) product {
	if p, ok := productsByID()[id]; ok {
		return p
	}
	return product{id: id, class: "Unknown"}
}

// productsByID is the table by number, built once and never changed.
var productsByID = sync.OnceValue(func() map[int]product {
	index := map[int]product{}
	for _, p := range products() {
		index[p.id] = p
	}
	return index
})

// watchProduct is the person's watch.
func (a *account) watchProduct() product { return productOf(orDefault(a.Owns.WatchModel, 94)) }

// counterProduct is what counts the person's steps.
func (a *account) counterProduct(by counter) product {
	if by == phone {
		return productOf(orDefault(a.Owns.PhoneModel, 1057))
	}
	return a.watchProduct()
}

func products() []product {
	pulse, oxygen, all := watchSensors{heart: true}, watchSensors{heart: true, oxygen: true}, watchSensors{heart: true, oxygen: true, core: true}
	return []product{
		{1, "Withings WBS01", classScale, watchSensors{}},
		{2, "WS30", classScale, watchSensors{}},
		{3, "Kid Scale", classScale, watchSensors{}},
		{4, "Smart Body Analyzer", classScale, watchSensors{}},
		{5, "Body+", classScale, watchSensors{}},
		{6, "Body Cardio", classScale, watchSensors{}},
		{7, "Body", classScale, watchSensors{}},
		{9, "Body Pro", classScale, watchSensors{}},
		{10, "Body Scan", classScale, watchSensors{}},
		{13, "Body+", classScale, watchSensors{}},
		{18, "Body Comp", classScale, watchSensors{}},
		{20, "BodyFit", classScale, watchSensors{}},
		{21, "Smart Baby Monitor", classBaby, watchSensors{}},
		{22, "Withings Home", classBaby, watchSensors{}},
		{43, "Withings Blood Pressure Monitor V3", classCuff, watchSensors{}},
		{44, "BPM Core", classCuff, watchSensors{}},
		{45, "BPM Connect", classCuff, watchSensors{}},
		{46, "BPM Connect Pro", classCuff, watchSensors{}},
		{47, "BPM Pro 2", classCuff, watchSensors{}},
		{48, "BPM Vision", classCuff, watchSensors{}},
		{51, "Pulse", classTracker, watchSensors{}},
		{52, "Activite", classTracker, watchSensors{}},              //nolint:misspell // A name.
		{53, "Activite (Pop, Steel)", classTracker, watchSensors{}}, //nolint:misspell // A name.
		{54, "Withings Go", classTracker, watchSensors{}},
		{55, "Activite Steel HR", classTracker, pulse}, //nolint:misspell // A name.
		{58, "Pulse HR", classTracker, pulse},
		{59, "Activite Steel HR Sport Edition", classTracker, pulse}, //nolint:misspell // A name.
		{60, "Aura Dock", classSleep, watchSensors{}},
		{61, "Aura Sensor", classSleep, watchSensors{}},
		{63, "Aura Sensor V2", classSleep, watchSensors{}},
		{70, "Thermo", classThermometer, watchSensors{}},
		{71, "BeamO", classThermometer, watchSensors{}},
		{90, "Move", classTracker, watchSensors{}},
		{91, "Move ECG", classTracker, watchSensors{}},
		{92, "Move ECG", classTracker, watchSensors{}},
		{93, "ScanWatch", classTracker, oxygen},
		{94, "ScanWatch 2", classTracker, all},
		{95, "ScanWatch Light", classTracker, pulse},
		{100, "WUP01", classGateway, watchSensors{}},
		{1051, "iOS step tracker", classApple, watchSensors{}},
		{1052, "iOS step tracker", classApple, watchSensors{}},
		{1053, "Android step tracker", classGoogle, watchSensors{}},
		{1054, "Android step tracker", classGoogle, watchSensors{}},
		{1055, "GoogleFit tracker", classGoogle, watchSensors{}},
		{1056, "Samsung Health tracker", classGoogle, watchSensors{}},
		{1057, "HealthKit step iPhone tracker", classApple, watchSensors{}},
		{1058, "HealthKit step Apple Watch tracker", classApple, watchSensors{}},
		{1059, "HealthKit other step tracker", classApple, watchSensors{}},
		{1060, "Google Health Connect", classGoogle, watchSensors{}},
		{1061, "Iglucose glucometer", classGlucose, watchSensors{}},
		{1062, "Huawei tracker", classHuawei, watchSensors{}},
		{1063, "Lingo Sensor", classLingo, watchSensors{}},
	}
}
