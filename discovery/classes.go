package discovery

import (
	"slices"
	"strings"
)

// sensorClass is what Home Assistant 2026.9 accepts beside a device class.
type sensorClass struct {
	// units are the accepted units; "" stands for no unit.
	units []string
	// states are the accepted state classes; none at all is always accepted.
	states []string
	// currency accepts any unit, because there are too many to list.
	currency bool
}

func stateClasses() []string {
	return []string{"measurement", "measurement_angle", "total", "total_increasing"}
}

const (
	energyUnits = "cal Gcal GJ GWh J kcal kJ kWh Mcal MJ MWh mWh TWh Wh"
	pressUnits  = "bar cbar hPa inHg inH₂O kPa mbar mmHg mPa Pa psi"
	noUnit      = "-"
	measured    = "measurement"
	summed      = "total total_increasing"
	anyState    = "measurement measurement_angle total total_increasing"
)

// sensorClasses is the table of device class, units and state classes, one row
// each, units parted by spaces, "-" for none. The micro prefix is U+03BC.
var sensorClasses = map[string]sensorClass{
	"absolute_humidity":                class("g/m³ mg/m³", measured),
	"apparent_power":                   class("kVA mVA VA", measured),
	"aqi":                              class(noUnit, measured),
	"area":                             class("ac cm² ft² ha in² km² mi² mm² m² yd²", anyState),
	"atmospheric_pressure":             class(pressUnits, measured),
	"battery":                          class("%", measured),
	"blood_glucose_concentration":      class("mg/dL mmol/L", measured),
	"carbon_dioxide":                   class("ppm", measured),
	"carbon_monoxide":                  class("mg/m³ ppb ppm μg/m³", measured),
	"conductivity":                     class("mS/cm S/cm μS/cm", measured),
	"current":                          class("A mA μA", measured),
	"data_rate":                        class("B/s bit/s GB/s Gbit/s GiB/s kB/s kbit/s KiB/s MB/s Mbit/s MiB/s", measured),
	"data_size":                        class("B bit kB kbit KiB MB Mbit MiB GB Gbit GiB TB TiB PB PiB EB EiB ZB ZiB YB YiB", anyState),
	"date":                             class(noUnit, ""),
	"distance":                         class("cm ft in km m mi mm nmi yd", anyState),
	"duration":                         class("d h min ms s μs", anyState),
	"energy":                           class(energyUnits, summed),
	"energy_distance":                  class("km/kWh kWh/100km mi/kWh Wh/km", measured),
	"energy_storage":                   class(energyUnits, measured),
	"enum":                             class(noUnit, ""),
	"frequency":                        class("GHz Hz kHz MHz mHz", measured),
	"gas":                              class("CCF ft³ L MCF m³", summed),
	"humidity":                         class("%", measured),
	"illuminance":                      class("lx", measured),
	"irradiance":                       class("BTU/(h⋅ft²) W/m²", measured),
	"moisture":                         class("%", measured),
	"monetary":                         {states: []string{"total"}, currency: true},
	"nitrogen_dioxide":                 class("ppb ppm μg/m³", measured),
	"nitrogen_monoxide":                class("ppb μg/m³", measured),
	"nitrous_oxide":                    class("μg/m³", measured),
	"ozone":                            class("ppb ppm μg/m³", measured),
	"ph":                               class(noUnit, measured),
	"pm1":                              class("μg/m³", measured),
	"pm10":                             class("μg/m³", measured),
	"pm25":                             class("μg/m³", measured),
	"pm4":                              class("μg/m³", measured),
	"power":                            class("GW kW MW mW TW W", measured),
	"power_factor":                     class("% -", measured),
	"precipitation":                    class("cm in mm", anyState),
	"precipitation_intensity":          class("in/d in/h mm/d mm/h", measured),
	"pressure":                         class(pressUnits, measured),
	"radon":                            class("Bq/m³ pCi/L", measured),
	"reactive_energy":                  class("kvarh varh", summed),
	"reactive_power":                   class("kvar mvar var", measured),
	"signal_strength":                  class("dB dBm", measured),
	"sound_pressure":                   class("dB dBA", measured),
	"speed":                            class("Beaufort ft/s in/d in/h in/s km/h kn m/min m/s mm/d mm/h mm/s mph", measured),
	"sulphur_dioxide":                  class("ppb μg/m³", measured),
	"temperature":                      class("K °C °F", measured),
	"temperature_delta":                class("K °C °F", measured),
	"timestamp":                        class(noUnit, ""),
	"uptime":                           class(noUnit, ""),
	"volatile_organic_compounds":       class("mg/m³ μg/m³", measured),
	"volatile_organic_compounds_parts": class("ppb ppm", measured),
	"voltage":                          class("kV MV mV V μV", measured),
	"volume":                           class("CCF fl._oz. ft³ gal L MCF mL m³", summed),
	"volume_flow_rate":                 class("ft³/min gal/d gal/h gal/min L/h L/min L/s mL/s m³/h m³/min m³/s", measured),
	"volume_storage":                   class("CCF fl._oz. ft³ gal L MCF mL m³", measured),
	"water":                            class("CCF ft³ gal L MCF m³", summed),
	"weight":                           class("g kg lb mg oz st μg", "measurement total total_increasing"),
	"wind_direction":                   class("°", "measurement_angle"),
	"wind_speed":                       class("Beaufort ft/s in/s km/h kn m/min m/s mm/s mph", measured),
}

// class reads one line of the table; the one unit with a blank is written with "_".
func class(units, states string) sensorClass {
	c := sensorClass{states: strings.Fields(states)}
	for u := range strings.FieldsSeq(units) {
		if u == noUnit {
			u = ""
		}
		c.units = append(c.units, strings.ReplaceAll(u, "_", " "))
	}
	return c
}

func (c sensorClass) takes(unit string) bool { return c.currency || slices.Contains(c.units, unit) }

// worded reports whether the states of a device class are words or times, not
// numbers.
func worded(class string) bool {
	return class == "date" || class == "enum" || class == "timestamp" || class == "uptime"
}

// lookAlikes are spellings of units that Home Assistant rewrites: a document
// that holds one would name another unit than the entity shows.
var lookAlikes = strings.NewReplacer("\u00b5", "\u03bc", "VAr", "var")
