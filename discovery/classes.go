// SPDX-License-Identifier: MIT

package discovery

import (
	"slices"
	"strings"
)

// sensorClass is what Home Assistant 2026.9 accepts with a device class.
type sensorClass struct {
	// units are the accepted units; "" means no unit.
	units []string
	// states are the accepted state classes. None is always accepted.
	states []string
	// currency accepts any unit.
	currency bool
}

const (
	dataSizeUnits    = "B bit kB kbit KiB MB Mbit MiB GB Gbit GiB TB TiB PB PiB EB EiB ZB ZiB YB YiB"
	energyUnits      = "cal Gcal GJ GWh J kcal kJ kWh Mcal MJ MWh mWh TWh Wh"
	pressureUnits    = "bar cbar hPa inHg inH₂O kPa mbar mmHg mPa Pa psi"
	dataRateUnits    = "B/s bit/s GB/s Gbit/s GiB/s kB/s kbit/s KiB/s MB/s Mbit/s MiB/s"
	speedUnits       = "Beaufort ft/s in/d in/h in/s km/h kn m/min m/s mm/d mm/h mm/s mph"
	volumeFlowUnits  = "ft³/min gal/d gal/h gal/min L/h L/min L/s mL/s m³/h m³/min m³/s"
	noUnit           = "-"
	stateMeasurement = "measurement"
	stateTotals      = "total total_increasing"
	stateAny         = "measurement measurement_angle total total_increasing"
)

// sensorClasses lists units and state classes by device class. Units are
// separated by spaces; "-" means no unit. The micro prefix is U+03BC.
var sensorClasses = map[string]sensorClass{
	"absolute_humidity":                parseClass("g/m³ mg/m³", stateMeasurement),
	"apparent_power":                   parseClass("kVA mVA VA", stateMeasurement),
	"aqi":                              parseClass(noUnit, stateMeasurement),
	"area":                             parseClass("ac cm² ft² ha in² km² mi² mm² m² yd²", stateAny),
	"atmospheric_pressure":             parseClass(pressureUnits, stateMeasurement),
	"battery":                          parseClass("%", stateMeasurement),
	"blood_glucose_concentration":      parseClass("mg/dL mmol/L", stateMeasurement),
	"carbon_dioxide":                   parseClass("ppm", stateMeasurement),
	"carbon_monoxide":                  parseClass("mg/m³ ppb ppm μg/m³", stateMeasurement),
	"conductivity":                     parseClass("mS/cm S/cm μS/cm", stateMeasurement),
	"current":                          parseClass("A mA μA", stateMeasurement),
	"data_rate":                        parseClass(dataRateUnits, stateMeasurement),
	"data_size":                        parseClass(dataSizeUnits, stateAny),
	"date":                             parseClass(noUnit, ""),
	"distance":                         parseClass("cm ft in km m mi mm nmi yd", stateAny),
	"duration":                         parseClass("d h min ms s μs", stateAny),
	"energy":                           parseClass(energyUnits, stateTotals),
	"energy_distance":                  parseClass("km/kWh kWh/100km mi/kWh Wh/km", stateMeasurement),
	"energy_storage":                   parseClass(energyUnits, stateMeasurement),
	"enum":                             parseClass(noUnit, ""),
	"frequency":                        parseClass("GHz Hz kHz MHz mHz", stateMeasurement),
	"gas":                              parseClass("CCF ft³ L MCF m³", stateTotals),
	"humidity":                         parseClass("%", stateMeasurement),
	"illuminance":                      parseClass("lx", stateMeasurement),
	"irradiance":                       parseClass("BTU/(h⋅ft²) W/m²", stateMeasurement),
	"moisture":                         parseClass("%", stateMeasurement),
	"monetary":                         {states: []string{"total"}, currency: true},
	"nitrogen_dioxide":                 parseClass("ppb ppm μg/m³", stateMeasurement),
	"nitrogen_monoxide":                parseClass("ppb μg/m³", stateMeasurement),
	"nitrous_oxide":                    parseClass("μg/m³", stateMeasurement),
	"ozone":                            parseClass("ppb ppm μg/m³", stateMeasurement),
	"ph":                               parseClass(noUnit, stateMeasurement),
	"pm1":                              parseClass("μg/m³", stateMeasurement),
	"pm10":                             parseClass("μg/m³", stateMeasurement),
	"pm25":                             parseClass("μg/m³", stateMeasurement),
	"pm4":                              parseClass("μg/m³", stateMeasurement),
	"power":                            parseClass("GW kW MW mW TW W", stateMeasurement),
	"power_factor":                     parseClass("% -", stateMeasurement),
	"precipitation":                    parseClass("cm in mm", stateAny),
	"precipitation_intensity":          parseClass("in/d in/h mm/d mm/h", stateMeasurement),
	"pressure":                         parseClass(pressureUnits, stateMeasurement),
	"radon":                            parseClass("Bq/m³ pCi/L", stateMeasurement),
	"reactive_energy":                  parseClass("kvarh varh", stateTotals),
	"reactive_power":                   parseClass("kvar mvar var", stateMeasurement),
	"signal_strength":                  parseClass("dB dBm", stateMeasurement),
	"sound_pressure":                   parseClass("dB dBA", stateMeasurement),
	"speed":                            parseClass(speedUnits, stateMeasurement),
	"sulphur_dioxide":                  parseClass("ppb μg/m³", stateMeasurement),
	"temperature":                      parseClass("K °C °F", stateMeasurement),
	"temperature_delta":                parseClass("K °C °F", stateMeasurement),
	"timestamp":                        parseClass(noUnit, ""),
	"uptime":                           parseClass(noUnit, ""),
	"volatile_organic_compounds":       parseClass("mg/m³ μg/m³", stateMeasurement),
	"volatile_organic_compounds_parts": parseClass("ppb ppm", stateMeasurement),
	"voltage":                          parseClass("kV MV mV V μV", stateMeasurement),
	"volume":                           parseClass("CCF fl._oz. ft³ gal L MCF mL m³", stateTotals),
	"volume_flow_rate":                 parseClass(volumeFlowUnits, stateMeasurement),
	"volume_storage":                   parseClass("CCF fl._oz. ft³ gal L MCF mL m³", stateMeasurement),
	"water":                            parseClass("CCF ft³ gal L MCF m³", stateTotals),
	"weight":                           parseClass("g kg lb mg oz st μg", "measurement total total_increasing"),
	"wind_direction":                   parseClass("°", "measurement_angle"),
	"wind_speed":                       parseClass("Beaufort ft/s in/s km/h kn m/min m/s mm/s mph", stateMeasurement),
}

// parseClass parses one row of the table. "_" stands for the blank in a unit.
func parseClass(units, states string) sensorClass {
	c := sensorClass{states: strings.Fields(states)}
	for u := range strings.FieldsSeq(units) {
		if u == noUnit {
			u = ""
		}
		c.units = append(c.units, strings.ReplaceAll(u, "_", " "))
	}
	return c
}

func (c sensorClass) acceptsUnit(unit string) bool {
	return c.currency || slices.Contains(c.units, unit)
}

// hasTextState reports whether the states of a device class are texts or times,
// not numbers.
func hasTextState(class string) bool {
	return class == "date" || class == "enum" || class == "timestamp" || class == "uptime"
}

// unitNormalizer spells units as Home Assistant does since 2025.9. It rewrites
// other spellings, and long-term statistics must not see two.
var unitNormalizer = strings.NewReplacer("\u00b5", "\u03bc", "VAr", "var")

// Unit spells a unit as Home Assistant does.
func Unit(unit string) string { return unitNormalizer.Replace(unit) }

// platforms are those that Home Assistant 2026.9 discovers over MQTT.
var platforms = strings.Fields(`
	alarm_control_panel binary_sensor button camera climate cover date datetime device_automation device_tracker event
	fan humidifier image infrared lawn_mower light lock notify number scene siren select sensor switch tag text time
	update vacuum valve water_heater`)

func isSupportedPlatform(platform string) bool { return slices.Contains(platforms, platform) }
