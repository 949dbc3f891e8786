// SPDX-License-Identifier: MIT

package sensors

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/withings"
)

// Device is a scale, watch, mat or other thing that measures.
type Device struct {
	// ID identifies it in topics; see DeviceID.
	ID string `json:"id"`
	// Model is its model as text, Type the vendor's name of its kind.
	Model string `json:"model"`
	Type  string `json:"type,omitempty"`
	// Firmware is "" for most accounts: the vendor returns it to partners only.
	Firmware string `json:"firmware,omitempty"`
	// Battery is low, medium, high, or "" when unknown.
	Battery string `json:"battery,omitempty"`
	// LastSession is when it last connected to the cloud, in unix seconds; 0 when
	// unknown.
	LastSession int64 `json:"last_session,omitempty"`
	// Received is when this program received all that, in unix seconds.
	Received int64 `json:"received"`
}

// deviceIDLength is the number of hexadecimal digits of a device id.
const deviceIDLength = 12

// DeviceID identifies a device in topics and payloads without revealing the
// cloud's id of it. It is "" for no device, and the same on every installation.
func DeviceID(cloudID string) string {
	if cloudID == "" {
		return ""
	}
	sum := sha256.Sum256([]byte("vitals2mqtt device " + cloudID))
	return hex.EncodeToString(sum[:])[:deviceIDLength]
}

// appTypePrefix marks apps in the list of devices.
const appTypePrefix = "HealthKit"

// DecodeDevices reads a response of devices, sorted by id. Apps and devices
// without an id are left out.
func DecodeDevices(list withings.Devices, o DecodeOptions) Batch {
	d := newDecoder(KindDevices, withings.Flag{}, o)
	devices := []Device{} // not nil: none is a response too
	for _, row := range list.Devices {
		id := deviceID(row.DeviceID, row.HashDeviceID)
		switch {
		case strings.HasPrefix(string(row.Type), appTypePrefix):
			d.leaveOut(LeftOutApp, 0, 0, row)
			continue
		case id == "":
			d.leaveOut(LeftOutInvalid, 0, 0, row)
			continue
		}
		device := Device{
			ID:          DeviceID(id),
			Model:       cmp.Or(d.modelText(string(row.Model), row.ModelID), string(row.Type), "Device"),
			Type:        string(row.Type),
			Firmware:    string(row.Firmware),
			LastSession: firstTime(row.LastSession),
			Received:    o.Now.Unix(),
		}
		if _, charged := batteryPercent(string(row.Battery)); charged {
			device.Battery = string(row.Battery)
		} else if row.Battery != "" && row.Battery != unknownBattery {
			d.leaveOut(LeftOutNoValue, 0, 0, id+" battery")
		}
		if device.LastSession > o.Now.Add(maxClockSkew).Unix() {
			device.LastSession = 0
			d.leaveOut(LeftOutFuture, 0, 0, id+" session")
		}
		devices = append(devices, device)
	}
	slices.SortFunc(devices, func(a, b Device) int {
		return cmp.Or(cmp.Compare(a.ID, b.ID), -cmp.Compare(a.LastSession, b.LastSession))
	})
	for i, device := range devices {
		if i > 0 && device.ID == devices[i-1].ID {
			d.leaveOut(LeftOutSuperseded, 0, 0, i)
		}
	}
	d.Devices = slices.CompactFunc(devices, func(a, b Device) bool { return a.ID == b.ID })
	return d.Batch
}

// unknownBattery is the level of what runs on mains.
const unknownBattery = "unknown"

// batteryPercent estimates the charge for a level: the vendor reports "high"
// above 75 %, "medium" above 30 %, else "low".
func batteryPercent(word string) (percent int64, ok bool) {
	switch word {
	case "high":
		return 90, true
	case "medium":
		return 50, true
	case "low":
		return 15, true
	}
	return 0, false
}

// The states of binary sensors.
const (
	on  = "ON"
	off = "OFF"
)

// Readings returns the values of a device, sorted by key.
func (d Device) Readings() []Reading {
	values := map[string]Value{}
	if percent, ok := batteryPercent(d.Battery); ok {
		values["battery"] = Text(d.Battery)
		values["battery_level_pct"] = Number(decimal.FromInt(percent))
		values["battery_low"] = Text(off)
		if d.Battery == "low" {
			values["battery_low"] = Text(on)
		}
	}
	at := cmp.Or(d.LastSession, d.Received)
	if d.LastSession != 0 {
		values["last_session"] = timestampValue(d.LastSession)
	}
	var readings []Reading
	for key, value := range values {
		readings = append(readings, Reading{
			Key:        key,
			Value:      value,
			MeasuredAt: unixTime(at),
			ReceivedAt: unixTime(d.Received),
			Modified:   unixTime(at),
			Model:      d.Model,
			Estimated:  key == "battery_level_pct",
		})
	}
	slices.SortFunc(readings, func(a, b Reading) int { return cmp.Compare(a.Key, b.Key) })
	return readings
}

// DeviceKeys returns the keys of devices, in catalogue order.
func DeviceKeys() []string {
	return keysOf(func(s Sensor) bool { return s.Scope == ScopeDevice && s.Endpoint != "" })
}
