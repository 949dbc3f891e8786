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

// feels is what a watch takes by itself, beside movement.
type feels struct {
	heart  bool
	oxygen bool // and breathing
	core   bool // temperature, and how the heart rate varies
}

// product is a model by its number.
type product struct {
	id    int
	name  string
	class string
	feels feels
}

// productOf knows the numbers that the vendor publishes; of others only the number is left.
func productOf(id int) product {
	if p, ok := byID()[id]; ok {
		return p
	}
	return product{id: id, class: "Unknown"}
}

// byID is the table by number, built once and never changed.
var byID = sync.OnceValue(func() map[int]product {
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
	pulse, oxygen, all := feels{heart: true}, feels{heart: true, oxygen: true}, feels{heart: true, oxygen: true, core: true}
	return []product{
		{1, "Withings WBS01", classScale, feels{}},
		{2, "WS30", classScale, feels{}},
		{3, "Kid Scale", classScale, feels{}},
		{4, "Smart Body Analyzer", classScale, feels{}},
		{5, "Body+", classScale, feels{}},
		{6, "Body Cardio", classScale, feels{}},
		{7, "Body", classScale, feels{}},
		{9, "Body Pro", classScale, feels{}},
		{10, "Body Scan", classScale, feels{}},
		{13, "Body+", classScale, feels{}},
		{18, "Body Comp", classScale, feels{}},
		{20, "BodyFit", classScale, feels{}},
		{21, "Smart Baby Monitor", classBaby, feels{}},
		{22, "Withings Home", classBaby, feels{}},
		{43, "Withings Blood Pressure Monitor V3", classCuff, feels{}},
		{44, "BPM Core", classCuff, feels{}},
		{45, "BPM Connect", classCuff, feels{}},
		{46, "BPM Connect Pro", classCuff, feels{}},
		{47, "BPM Pro 2", classCuff, feels{}},
		{48, "BPM Vision", classCuff, feels{}},
		{51, "Pulse", classTracker, feels{}},
		{52, "Activite", classTracker, feels{}},              //nolint:misspell // A name.
		{53, "Activite (Pop, Steel)", classTracker, feels{}}, //nolint:misspell // A name.
		{54, "Withings Go", classTracker, feels{}},
		{55, "Activite Steel HR", classTracker, pulse}, //nolint:misspell // A name.
		{58, "Pulse HR", classTracker, pulse},
		{59, "Activite Steel HR Sport Edition", classTracker, pulse}, //nolint:misspell // A name.
		{60, "Aura Dock", classSleep, feels{}},
		{61, "Aura Sensor", classSleep, feels{}},
		{63, "Aura Sensor V2", classSleep, feels{}},
		{70, "Thermo", classThermometer, feels{}},
		{71, "BeamO", classThermometer, feels{}},
		{90, "Move", classTracker, feels{}},
		{91, "Move ECG", classTracker, feels{}},
		{92, "Move ECG", classTracker, feels{}},
		{93, "ScanWatch", classTracker, oxygen},
		{94, "ScanWatch 2", classTracker, all},
		{95, "ScanWatch Light", classTracker, pulse},
		{100, "WUP01", classGateway, feels{}},
		{1051, "iOS step tracker", classApple, feels{}},
		{1052, "iOS step tracker", classApple, feels{}},
		{1053, "Android step tracker", classGoogle, feels{}},
		{1054, "Android step tracker", classGoogle, feels{}},
		{1055, "GoogleFit tracker", classGoogle, feels{}},
		{1056, "Samsung Health tracker", classGoogle, feels{}},
		{1057, "HealthKit step iPhone tracker", classApple, feels{}},
		{1058, "HealthKit step Apple Watch tracker", classApple, feels{}},
		{1059, "HealthKit other step tracker", classApple, feels{}},
		{1060, "Google Health Connect", classGoogle, feels{}},
		{1061, "Iglucose glucometer", classGlucose, feels{}},
		{1062, "Huawei tracker", classHuawei, feels{}},
		{1063, "Lingo Sensor", classLingo, feels{}},
	}
}
