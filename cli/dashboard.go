// SPDX-License-Identifier: MIT

package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"vitals2mqtt/bridge"
	"vitals2mqtt/checkpoint"
	"vitals2mqtt/config"
	"vitals2mqtt/daemon"
	"vitals2mqtt/dashboard"
	"vitals2mqtt/discovery"
	"vitals2mqtt/display"
	"vitals2mqtt/sensors"
	"vitals2mqtt/web"
	"vitals2mqtt/withings"
)

type dashboardCommand struct {
	jsonFlag

	Profile  string `arg:"" help:"Profile name from the configuration."`
	Language string `enum:",en,de" default:"" placeholder:"en|de" help:"Language of titles and names (default: homeassistant.language)."`
}

// Help is the long help text.
func (dashboardCommand) Help() string {
	return "Prints a dashboard for the entities that the profile and its devices have, as YAML: paste it into the raw " +
		"configuration editor of a dashboard, or save it as the file of a dashboard in YAML mode. Entities that are disabled " +
		"by default are left out."
}

func (c dashboardCommand) run(ctx context.Context, s *session) error {
	settings, err := s.load(ctx)
	if err != nil {
		return err
	}
	profile, err := findProfile(settings, c.Profile)
	if err != nil {
		return err
	}
	folder := checkpoint.OpenReadOnly(settings.StateDir)
	if _, found, err := bridge.LoadStoredAccount(folder, profile.Slug); err != nil {
		return err
	} else if !found {
		return fmt.Errorf("%s: %w: vitals2mqtt login %s", profile.Name, withings.ErrSignIn, profile.Slug)
	}
	// The instance is part of unique ids only.
	site := daemon.Site(settings, "00000000", s.version())
	site.Language = display.Language(cmp.Or(c.Language, settings.HomeAssistant.Language))
	documents, err := discoveryCommand{}.storedDocuments(ctx, settings, s, site, []config.Profile{profile})
	if err != nil {
		return err
	}
	found, err := announcedEntities(site, documents)
	if err != nil {
		return err
	}
	board := dashboard.Of(dashboard.Profile{
		Name:   profile.Name,
		Slug:   strings.ReplaceAll(profile.Slug, "_", "-"),
		Groups: groupEntities(found, daemon.Profile(settings, &profile)),
	}, site.Language)
	if c.JSON {
		return s.printJSON(board)
	}
	text, err := board.YAML()
	if err != nil {
		return err
	}
	s.printf("%s", text)
	return nil
}

// announcedEntity is an entity of a discovery document.
type announcedEntity struct {
	dashboard.Entity

	device string // the name of the scale, watch or mat; "" for the profile
}

// announcedEntities returns the entities that the documents of a profile and its
// devices enable, those of the bridge left out.
func announcedEntities(site discovery.Site, documents map[string][]byte) (found []announcedEntity, err error) {
	bridgeTopic := site.Tree.Document(site.BridgeID())
	for _, topic := range slices.Sorted(maps.Keys(documents)) {
		if topic == bridgeTopic {
			continue
		}
		var document struct {
			Device struct {
				Name         string `json:"name"`
				Manufacturer string `json:"manufacturer"`
			} `json:"device"`
			Components map[string]struct {
				ID      string `json:"default_entity_id"`
				Name    string `json:"name"`
				Enabled *bool  `json:"enabled_by_default"`
			} `json:"components"`
		}
		if err := json.Unmarshal(documents[topic], &document); err != nil {
			return nil, fmt.Errorf("reading a document: %w", err)
		}
		device := document.Device.Name
		if document.Device.Manufacturer != "" { // ours: a profile
			device = ""
		}
		for key, component := range document.Components {
			if component.Enabled == nil || *component.Enabled {
				found = append(found, announcedEntity{dashboard.Entity{ID: component.ID, Key: key, Name: component.Name}, device})
			}
		}
	}
	return found, nil
}

// groupIcons are the icons of the headings.
func groupIcons() map[web.Group]string {
	return map[web.Group]string{
		web.GroupBody:     "mdi:scale-bathroom",
		web.GroupHeart:    "mdi:heart-pulse",
		web.GroupSleep:    "mdi:sleep",
		web.GroupActivity: "mdi:walk",
		web.GroupWorkouts: "mdi:run",
		web.GroupOther:    "mdi:sync",
		web.GroupDevices:  "mdi:devices",
	}
}

// groupEntities sorts entities into the groups of the page. The names of devices
// are put before those of their entities.
func groupEntities(found []announcedEntity, profile bridge.Profile) []dashboard.Group {
	order := map[string]int{}
	for i, row := range slices.Concat(sensors.Catalogue(), profile.Extra) {
		order[row.Key] = i + 1
	}
	slices.SortFunc(found, func(a, b announcedEntity) int {
		return cmp.Or(cmp.Compare(a.device, b.device), cmp.Compare(order[a.Key], order[b.Key]), cmp.Compare(a.ID, b.ID))
	})
	byGroup := map[web.Group][]dashboard.Entity{}
	for _, entity := range found {
		row, _ := profile.Row(entity.Key)
		group := web.GroupOf(row)
		if entity.device != "" {
			group, entity.Name = web.GroupDevices, entity.device+" "+entity.Name
		}
		byGroup[group] = append(byGroup[group], entity.Entity)
	}
	var groups []dashboard.Group
	for _, name := range web.Groups() {
		groups = append(groups, dashboard.Group{
			Name:     "dashboard." + strings.ToLower(string(name)),
			Icon:     groupIcons()[name],
			Entities: byGroup[name],
		})
	}
	return groups
}
