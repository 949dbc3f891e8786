// SPDX-License-Identifier: MIT

package deploy_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/internal/goldentest"
	"vitals2mqtt/sensors"
)

// source is the name of the data source. It is an input when the file is
// imported, and a variable where it is provisioned, which has no inputs.
const source = "DS_VITALS"

// Each dashboard is there once for each kind of database.
func TestGoldenGrafana(t *testing.T) {
	t.Parallel()
	for _, f := range flavours() {
		for _, d := range dashboards() {
			var out strings.Builder
			encoder := json.NewEncoder(&out)
			encoder.SetEscapeHTML(false)
			encoder.SetIndent("", "  ")
			if err := encoder.Encode(grafanaDashboard(f, d)); err != nil {
				t.Fatal(err)
			}
			goldentest.Compare(t, filepath.Join("grafana", "dashboards", f.folder, d.name+".json"), []byte(out.String()))
		}
	}
}

// What is not a field of a record is not in the mirror.
func TestGrafanaShowsWhatIsMirrored(t *testing.T) {
	t.Parallel()
	for _, d := range dashboards() {
		for _, p := range d.panels {
			for _, key := range p.keys {
				if _, _, ok := sensors.FieldFor(key, sensors.Number(decimal.FromInt(1)), nil); !ok {
					t.Errorf("%s, %s: %s comes from no field", d.title, p.title, key)
				}
			}
		}
	}
}

func TestGrafanaProvisioningNamesItsFiles(t *testing.T) {
	t.Parallel()
	for _, f := range flavours() {
		dataSource := parse(t, "grafana", "provisioning", "datasources", f.folder+".yaml")
		sources, _ := dataSource["datasources"].([]any)
		if first, ok := sources[0].(section); len(sources) != 1 || !ok || first["type"] != f.plugin {
			t.Errorf("%s: %v", f.folder, sources)
		}
	}
	providers, _ := parse(t, "grafana", "provisioning", "dashboards", "vitals2mqtt.yaml")["providers"].([]any)
	if len(providers) != 1 {
		t.Fatalf("%v", providers)
	}
}

// Everything that compose mounts is there, and the dashboards are where their
// provider looks.
func TestGrafanaComposeMountsItsFiles(t *testing.T) {
	t.Parallel()
	tree := parse(t, "grafana", "compose.yaml")
	mounted := map[string]string{}
	for _, volume := range stringList(t, lookup(t, tree, "services", "grafana", "volumes")) {
		parts := strings.Split(volume, ":")
		if strings.HasPrefix(parts[0], "./") {
			if _, err := os.Stat(filepath.Join("grafana", parts[0])); err != nil {
				t.Error(err)
			}
			mounted[parts[1]] = parts[0]
		}
	}
	providers, _ := parse(t, "grafana", "provisioning", "dashboards", "vitals2mqtt.yaml")["providers"].([]any)
	provider, _ := providers[0].(section)
	options, _ := provider["options"].(section)
	if path, _ := options["path"].(string); mounted[path] != "./dashboards/victoriametrics" {
		t.Errorf("%s has %q", path, mounted[path])
	}
}

func grafanaDashboard(f flavour, d dashboard) object {
	const width, height = 12, 8
	var panels []object
	x, y := 0, 0
	for i, p := range d.panels {
		wide := width
		if p.wide {
			wide = 2 * width
		}
		panels = append(panels, grafanaPanel(f, p, i+1, object{"x": x, "y": y, "w": wide, "h": height}))
		if x += wide; x >= 2*width {
			x, y = 0, y+height
		}
	}
	return object{
		"__inputs": []object{{
			"name":       source,
			"label":      "Data source of vitals2mqtt",
			"type":       "datasource",
			"pluginId":   f.plugin,
			"pluginName": f.pluginName,
		}},
		"__requires": []object{
			{"type": "grafana", "id": "grafana", "name": "Grafana", "version": "10.0.0"},
			{"type": "datasource", "id": f.plugin, "name": f.pluginName, "version": "1.0.0"},
			{"type": "panel", "id": "timeseries", "name": "Time series", "version": ""},
		},
		"uid":           "vitals2mqtt-" + f.folder + "-" + d.name,
		"title":         d.title,
		"description":   d.description,
		"tags":          []string{"vitals2mqtt"},
		"editable":      true,
		"graphTooltip":  1,
		"schemaVersion": 38,
		"time":          object{"from": "now-1y", "to": "now"},
		"timezone":      "browser",
		"refresh":       "5m",
		"templating":    object{"list": variables(f)},
		"panels":        panels,
	}
}

func variables(f flavour) []object {
	return []object{
		{
			"name":  source,
			"label": "Data source",
			"type":  "datasource",
			"query": f.plugin,
		},
		{
			"name":       "profile",
			"label":      "Profile",
			"type":       "query",
			"datasource": sourceOf(f),
			"query":      f.profiles(),
			"refresh":    2,
			"sort":       1,
			"multi":      true,
			"includeAll": true,
			"current":    object{"text": "All", "value": "$__all"},
		},
	}
}

func sourceOf(f flavour) object { return object{"type": f.plugin, "uid": "${" + source + "}"} }

func grafanaPanel(f flavour, p panel, id int, place object) object {
	var targets []object
	for _, key := range p.keys {
		targets = append(targets, f.query(p, key, false))
		if p.trend {
			targets = append(targets, f.query(p, key, true))
		}
	}
	for i, target := range targets {
		target["refId"] = string(rune('A' + i))
		target["datasource"] = sourceOf(f)
	}
	custom := object{"drawStyle": "line", "lineWidth": 1, "showPoints": "auto", "spanNulls": true}
	interval := "1h"
	if p.bars {
		custom = object{"drawStyle": "bars", "fillOpacity": 80, "lineWidth": 0}
		interval = "6h"
		if len(p.keys) > 1 {
			custom["stacking"] = object{"mode": "normal", "group": "A"}
		}
	}
	return object{
		"id":          id,
		"type":        "timeseries",
		"title":       p.title,
		"datasource":  sourceOf(f),
		"gridPos":     place,
		"interval":    interval,
		"targets":     targets,
		"fieldConfig": object{"defaults": object{"unit": p.unit, "custom": custom}, "overrides": []object{}},
		"options": object{
			"legend":  object{"displayMode": "list", "placement": "bottom", "showLegend": true},
			"tooltip": object{"mode": "multi", "sort": "none"},
		},
	}
}
