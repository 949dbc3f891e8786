// SPDX-License-Identifier: MIT

package config

import (
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"

	"vitals2mqtt/topics"
)

// maxNameLength keeps topics and device names readable.
const maxNameLength = 100

// secretRegexp is what client ids, client secrets and tokens look like.
var secretRegexp = regexp.MustCompile(`^[0-9a-fA-F]{32,}$`)

// profileID is what a profile is called: its name, and the slug if it has one
// of its own.
type profileID struct {
	name, slug scalar
	hasSlug    bool
}

// place is what a clash of topics is about.
func (id profileID) place() place {
	if id.hasSlug {
		return id.slug.place
	}
	return id.name.place
}

// decodeProfile decodes one profile, without what is wrong in it. What it does
// not set itself is taken from the section withings.
func (d *decoder) decodeProfile(c *Config, v value, slugs map[string]profileID) Profile {
	p := Profile{Measurements: c.Withings.Measurements, Schedule: c.Withings.Schedule, Units: c.Withings.Units}
	if v.node.Kind != yaml.MappingNode {
		if name, ok := d.readItem(v, "a name"); ok {
			p.Name, p.Slug = d.checkName(profileID{name: name}, slugs)
		}
		return p
	}
	before := len(d.problems)
	fields := profileFields(&p)
	var id profileID
	named := false
	d.walkSection(v, profilePath+"[]", func(row tableRow, v value) {
		key := strings.TrimPrefix(row.Path, profilePath+listInfix)
		if key == "name" {
			id.name, named = d.readScalar(v)
			return
		}
		decoded, ok := d.decode(c, row, v)
		if ok {
			setField(fields[key], decoded)
		}
		switch {
		case key == "units":
			d.warnUnusedUnits(c, p.Units, v.place)
		case key == "slug" && ok && p.Slug != "":
			id.slug, id.hasSlug = d.readScalar(v)
		}
	})
	if named {
		p.Name, p.Slug = d.checkName(id, slugs)
	} else if len(d.problems) == before {
		d.addProblem(v.place, CodeMissing, "missing name")
	}
	return p
}

// checkName checks what a profile is called against those before.
func (d *decoder) checkName(id profileID, slugs map[string]profileID) (name, slug string) {
	s := id.name
	name = strings.TrimSpace(s.text)
	if slug = topics.ProfileSlug(name); id.hasSlug {
		slug = id.slug.text
	}
	_, control := parseText(s)
	if control == nil {
		control = Key{Type: TypeText}.checkCharacters(s)
	}
	switch first, taken := slugs[slug]; {
	case control != nil:
		d.addParseError(s.place, control)
	case name == "":
		d.addProblem(s.place, CodeInvalid, "must not be empty")
	case len(name) > maxNameLength:
		d.addProblem(s.place, CodeInvalid, "longer than %d bytes", maxNameLength)
	case secretRegexp.MatchString(name):
		d.addProblem(s.place, CodeInvalid, "looks like a client id or secret, not like the name of a person")
	case slug == "":
		d.addProblem(s.place, CodeInvalid,
			"%s has no letter or digit that could form a topic: set slug beside the name, as in {name: %s, slug: alice}",
			s.quoted(), s.quoted())
	case topics.IsReserved(slug) && id.hasSlug:
		d.addProblem(id.slug.place, CodeInvalid, "%s is reserved for topics of the program itself", id.slug.quoted())
	case topics.IsReserved(slug):
		d.addProblem(s.place, CodeInvalid, "%s is reserved: topic %q is used internally", s.quoted(), slug)
	case taken && strings.TrimSpace(first.name.text) == name && !id.hasSlug:
		d.addProblem(s.place, CodeDuplicate, "%s is listed twice%s", s.quoted(), first.name.firstLineHint())
	case taken:
		d.addProblem(id.place(), CodeDuplicate, "%s and %s map to the same topic %q%s; set another slug for one",
			s.quoted(), first.name.quoted(), slug, first.name.firstLineHint())
	default:
		slugs[slug] = id
	}
	return name, slug
}

// FindProfile finds a profile by its name or slug, in any spelling that has the
// same slug.
func (w Withings) FindProfile(name string) (Profile, bool) {
	for _, matches := range []func(Profile) bool{
		func(p Profile) bool { return p.Name == name },
		func(p Profile) bool { return p.Slug == name },
		func(p Profile) bool { return strings.EqualFold(p.Name, strings.TrimSpace(name)) },
		func(p Profile) bool { return p.Slug == topics.ProfileSlug(name) },
	} {
		for _, p := range w.Profiles {
			if matches(p) {
				return p, true
			}
		}
	}
	return Profile{}, false
}
