// SPDX-License-Identifier: MIT

package deploy_test

import (
	"fmt"
	"strings"

	"vitals2mqtt/sensors"
	"vitals2mqtt/transfer"
)

// flavour is a kind of database that Grafana queries.
type flavour struct {
	folder, plugin, pluginName string
	// profiles lists the values of the variable profile.
	profiles func() any
	// query returns a panel's query for a key, smoothed when it is the trend.
	query func(p panel, key string, trend bool) object
}

type object = map[string]any

func flavours() []flavour {
	return []flavour{
		{
			folder: "influxdb", plugin: "influxdb", pluginName: "InfluxDB",
			profiles: func() any {
				return fmt.Sprintf("SHOW TAG VALUES FROM %q WITH KEY = %q", transfer.Measurement, "profile")
			},
			query: influxQuery,
		},
		{
			folder: "victoriametrics", plugin: "prometheus", pluginName: "Prometheus",
			profiles: func() any {
				return object{
					"query": fmt.Sprintf(`label_values({__name__=~"%s_.+"}, profile)`, transfer.Measurement),
					"refId": "profiles",
				}
			},
			query: prometheusQuery,
		},
	}
}

// influxQuery is InfluxQL, which InfluxDB 1, 2 and 3 answer. Values of one
// interval become one, of totals the last, which is complete.
func influxQuery(p panel, key string, trend bool) object {
	value := fmt.Sprintf("mean(%q)", key)
	if p.bars {
		value = fmt.Sprintf("last(%q)", key)
	}
	if trend {
		value = fmt.Sprintf("exponential_moving_average(%s, 10)", value)
	}
	if p.scale != 0 {
		value += " * " + scaleText(p)
	}
	return object{
		"query": fmt.Sprintf(`SELECT %s FROM %q WHERE "profile" =~ /^$profile$/ AND $timeFilter `+
			`GROUP BY time($__interval), "profile" fill(none)`, value, transfer.Measurement),
		"rawQuery":     true,
		"resultFormat": "time_series",
		"alias":        "$tag_profile " + legend(key, trend),
	}
}

// prometheusQuery is PromQL. Values are weeks apart, not seconds: those of the
// interval are looked for, instead of the last one before.
func prometheusQuery(p panel, key string, trend bool) object {
	function, window := "avg_over_time", "$__interval"
	if p.bars {
		function = "last_over_time"
	}
	if trend {
		window = "14d"
	}
	value := fmt.Sprintf(`%s(%s_%s{profile=~"$profile"}[%s])`, function, transfer.Measurement, key, window)
	if p.scale != 0 {
		value += " * " + scaleText(p)
	}
	return object{
		"expr":         fmt.Sprintf("avg by (profile) (%s)", value),
		"range":        true,
		"legendFormat": "{{profile}} " + legend(key, trend),
	}
}

func scaleText(p panel) string { return strings.TrimRight(fmt.Sprintf("%.9f", p.scale), "0") }

// legend is the sensor's name in the middle of a line.
func legend(key string, trend bool) string {
	row, _ := sensors.Lookup(key)
	name := strings.ToLower(row.Name[:1]) + row.Name[1:]
	if strings.ToUpper(row.Name[:2]) == row.Name[:2] { // an abbreviation
		name = row.Name
	}
	if trend {
		name += ", trend"
	}
	return name
}
