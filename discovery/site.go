// SPDX-License-Identifier: MIT

package discovery

import (
	"net/url"
	"strings"

	"vitals2mqtt/display"
	"vitals2mqtt/sensors"
	"vitals2mqtt/topics"
)

// programName is part of every id and the name of every origin. It is not the
// base topic, which can be configured: ids must never change.
const programName = "vitals2mqtt"

// Identity is the publisher of the documents.
type Identity struct {
	// Instance distinguishes this bridge from others on the same broker; it never
	// changes.
	Instance string
	// Version is the version of the program, "" when unknown.
	Version string
	// PageURL is the URL of the page, "" for none. It is left out of the documents
	// unless it is an http or https URL with a host and without credentials.
	PageURL string
	// SupportURL is the URL for help with the program, "" for none.
	SupportURL string
}

// Views selects the topics on which a value is published.
type Views struct {
	Bare, Detail, Snapshot bool
}

// Site is what the documents of one bridge have in common.
type Site struct {
	Tree     topics.Tree
	Identity Identity
	Views    Views
	// ReleaseCheck says that bridge/info has the latest release, and adds the
	// entity that shows it.
	ReleaseCheck bool
	// Language is that of the names of entities; "" means English.
	Language display.Language
}

// Profile is a profile with the account it is signed in to.
type Profile struct {
	// Slug is the topic level of the profile and the stem of its entity ids.
	Slug string
	// Name is the configured name.
	Name string
	// UserID is the id of the account. All unique ids are made of it, so that a
	// renamed profile keeps its entities.
	UserID string
	// Push adds the entity for the health of push notifications.
	Push bool
	// StatisticsButton adds the button that brings the past to Home Assistant's
	// statistics.
	StatisticsButton bool
	// Images are the keys of the pictures that are published.
	Images []string
	// Sensors are the rows to show: those that are configured and have had a
	// value. The rows that every profile has (authorization, refresh …) are added.
	Sensors []sensors.Sensor
}

// BridgeID returns the id of the bridge's document.
func (s Site) BridgeID() string { return programName + "_bridge_" + s.Identity.Instance }

// ProfileID returns the id of the document of the profile with that account.
func ProfileID(userID string) string { return programName + "_" + userID }

// UniqueID returns the unique id of the entity for a key of a document.
func UniqueID(document, key string) string { return document + "_" + key }

func (i Identity) origin() object {
	origin := object{"name": programName}
	origin.setText("sw_version", i.Version)
	if isSafeLink(i.SupportURL) {
		origin.setText("support_url", i.SupportURL)
	}
	return origin
}

func (i Identity) device(id, name, model string) object {
	device := object{"identifiers": []string{id}, "name": name, "manufacturer": programName, "model": model}
	device.setText("sw_version", i.Version)
	if isSafeLink(i.PageURL) {
		device.setText("configuration_url", i.PageURL)
	}
	return device
}

// isSafeLink reports whether a URL can be part of a document. It must not
// contain credentials, because every client of the broker can read it.
func isSafeLink(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (strings.EqualFold(u.Scheme, "http") || strings.EqualFold(u.Scheme, "https")) &&
		u.Hostname() != "" && u.User == nil
}
