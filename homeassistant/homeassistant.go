// Package homeassistant is a client of Home Assistant's websocket API, for
// long-term statistics. It knows neither MQTT nor discovery.
package homeassistant
