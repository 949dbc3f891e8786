// SPDX-License-Identifier: MIT

package web

import (
	"cmp"
	"context"
	"html/template"
	"strings"
	"time"

	"vitals2mqtt/display"
	"vitals2mqtt/health"
)

// person is a profile on the overview.
type person struct {
	Slug, Name string
	// State is a word about the account, "" while all is well.
	State  string
	Level  health.Level
	Synced string
	// Problems are the findings about this profile that the headline does not show.
	Problems []finding
	// SignIn is the address of the sign-in if it is needed, else "".
	SignIn string
	// Views are the pages about the past of this person.
	Views   []section
	Cards   []card
	Groups  []group
	Devices []string
}

// finding is a sentence of the verdict and what to do.
type finding struct{ Text, Remedy string }

// group is a part of the list of values, folded at first.
type group struct {
	ID, Name string
	// Count says how many values there are.
	Count   string
	Rows    []row
	Missing []missingRow
	// MissingCount says how many keys have no value.
	MissingCount string
}

// row is a value in a group.
type row struct {
	Name, Link string
	Parts      display.Parts
	Spark      template.HTML
	When       moment
}

// missingRow is a key without a value, and why.
type missingRow struct{ Name, Why string }

// moment is a time in words and for machines.
type moment struct {
	Text  string
	Exact string // date and time in the person's zone
	At    time.Time
}

// people turns profiles into what the overview shows.
type people struct {
	frame

	options Options
	cache   *pictureCache
	view    Overview
}

// person turns one profile into what the overview shows.
func (v people) person(ctx context.Context, p Profile) person {
	f := v.frame
	zone := cmp.Or(p.Zone, time.UTC)
	shown := person{Slug: p.Slug, Name: p.Name, Level: p.Level}
	if p.Level != health.OK {
		shown.State = f.Say("state.account." + strings.ReplaceAll(p.State, " ", "_"))
	}
	if !p.LastSync.IsZero() {
		shown.Synced = f.Say("overview.synced", f.Age(f.Now, p.LastSync))
	}
	for _, found := range health.WithoutTransient(v.view.Verdict.Of(p.Slug)) {
		if top := v.view.Verdict.Top(); !top.Equal(found) {
			text, remedy := f.verdict(found)
			shown.Problems = append(shown.Problems, finding{text, remedy})
		}
	}
	if p.SignInNeeded && v.options.SignIn != nil {
		shown.SignIn = f.signInLink(p.Slug)
	}
	if v.options.History != nil {
		for _, view := range []string{"sleep", "heart", "report"} {
			shown.Views = append(shown.Views, section{
				Link: f.Base + "/" + view + "/" + p.Slug, Name: f.Say("overview.view." + view),
			})
		}
	}
	reader := display.Reader{Language: f.Language, Units: p.Units, Zone: zone}
	pictures := v.pictures(ctx, p.Slug)
	shown.Cards = cards{frame: f, reader: reader, profile: p, pictures: pictures}.all()
	shown.Groups = groupsOf(f, reader, p, pictures)
	for _, device := range p.Devices {
		shown.Devices = append(shown.Devices, deviceLine(f, device, zone))
	}
	return shown
}

// groupsOf lists the values and the missing keys of a profile by group.
func groupsOf(f frame, reader display.Reader, p Profile, pictures *pictures) (all []group) {
	for _, name := range Groups() {
		id := strings.ToLower(string(name))
		g := group{ID: id, Name: f.Say("group." + id)}
		for _, value := range p.Values {
			if value.Group.orOther() == name {
				g.Rows = append(g.Rows, row{
					Name:  f.valueName(value),
					Link:  f.valueLink(p, value.Key),
					Parts: read(reader, value),
					Spark: pictures.row(value),
					When:  f.moment(value),
				})
			}
		}
		for _, missing := range p.Missing {
			if GroupOf(missing.Row) == name {
				g.Missing = append(g.Missing, missingRow{f.Name(missing.Row), f.Say("reason." + missing.Reason)})
			}
		}
		switch {
		case len(g.Rows) == 0 && len(g.Missing) == 0:
			continue
		case len(g.Missing) == 0:
			g.Count = f.Count("overview.values", len(g.Rows))
		default:
			g.Count = f.Say("overview.values.of", len(g.Rows), len(g.Rows)+len(g.Missing))
			g.MissingCount = f.Count("overview.missing", len(g.Missing))
		}
		all = append(all, g)
	}
	return all
}

// read is a value as the reader reads it. A value that no row describes is shown
// as published.
func read(reader display.Reader, value Value) display.Parts {
	if value.Zone != nil {
		reader.Zone = value.Zone
	}
	if parts := reader.Read(value.Row, value.Reading.Value); len(parts) > 0 {
		return parts
	}
	return display.Parts{{Number: cmp.Or(value.Shown, value.Text), Unit: ""}}
}

func (f frame) valueName(value Value) string {
	if value.Row.Key != "" {
		return f.Name(value.Row)
	}
	return cmp.Or(value.Name, value.Key)
}

// valueLink is the address of the page of a value.
func (f frame) valueLink(p Profile, key string) string {
	return f.Base + "/values/" + p.Slug + "/" + key
}

// signInLink is the address of the page where somebody signs in.
func (f frame) signInLink(slug string) string { return f.Base + "/profiles/" + slug + "/sign-in" }

// moment is when a value was measured.
func (f frame) moment(value Value) moment {
	if value.MeasuredAt.IsZero() {
		return moment{Text: f.Say("when.never")}
	}
	local := value.MeasuredAt.In(cmp.Or(value.Zone, time.UTC))
	return moment{Text: f.When(local, f.Now), Exact: f.Moment(local), At: value.MeasuredAt}
}

// deviceLine says what is known about a device: model, battery, last session.
func deviceLine(f frame, device Device, zone *time.Location) string {
	parts := []string{device.Model}
	if device.Battery != "" {
		parts = append(parts, f.Say("battery."+device.Battery))
	}
	if !device.LastSession.IsZero() {
		parts = append(parts, f.When(device.LastSession.In(zone), f.Now))
	}
	return strings.Join(parts, " · ")
}
