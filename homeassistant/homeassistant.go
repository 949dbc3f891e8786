// SPDX-License-Identifier: MIT

// Package homeassistant is a client of Home Assistant's websocket API that puts
// measurements of the past into long-term statistics. It knows neither MQTT nor
// discovery, and not where measurements come from.
package homeassistant
