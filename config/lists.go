package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"vitals2mqtt/sensors"
)

// all as a list of measurements stands for every key.
const all = "all"

// keyList is a list of measurement keys as somebody wrote it.
type keyList struct {
	place
	path  string
	items []scalar
}

// peopleList is the list of profiles as somebody wrote it.
type peopleList struct {
	place
	people []person
}

// person is one profile as somebody wrote it; nil is not given.
type person struct {
	place
	path           string
	name, schedule *scalar
	units          *scalar
	keys           *keyList
}

// attributionList is the policy as somebody wrote it.
type attributionList struct{ items []attribution }

type attribution struct {
	number string
	action scalar
}

// keyList reads a list of keys, one key alone, the word "all", or a map of keys
// as Home Assistant's oldest configurations have it. It returns nil for nothing.
func (r *reader) keyList(node *yaml.Node, shown string) *keyList {
	node = resolve(node)
	list := &keyList{place: r.place(node), path: shown}
	switch node.Kind {
	case yaml.SequenceNode:
		for i, item := range node.Content {
			path := shown + "[" + strconv.Itoa(i) + "]"
			if s, ok := r.item(item, path, "a measurement key"); ok {
				list.items = append(list.items, s)
			}
		}
	case yaml.MappingNode:
		for _, p := range r.pairs(node, shown) {
			if r.wanted(p.value, join(shown, p.key.Value)) {
				list.items = append(list.items, scalar{
					place: r.place(p.key), path: join(shown, p.key.Value), text: p.key.Value, raw: p.key.Value,
				})
			}
		}
	default:
		s, ok := r.scalar(node, shown)
		if !ok {
			return nil
		}
		if strings.Contains(s.text, ",") {
			r.problem(s.place, shown, "must be a list: put it in brackets, [weight_kg, sleep_state]")
			return nil
		}
		list.items = []scalar{s}
	}
	return list
}

// item reads one element of a list; nothing at all is a mistake there.
func (r *reader) item(node *yaml.Node, shown, what string) (scalar, bool) {
	node = resolve(node)
	if node.Kind != yaml.ScalarNode || node.ShortTag() == "!!null" {
		r.problem(r.place(node), shown, "must be %s, not %s", what, kind(node))
		return scalar{}, false
	}
	return r.scalar(node, shown)
}

// wanted reads the value of a key in a map of keys: nothing and true want it,
// false does not. An empty section is how the oldest configurations wrote nothing.
func (r *reader) wanted(node *yaml.Node, shown string) bool {
	node = resolve(node)
	if node.Kind == yaml.MappingNode && len(node.Content) == 0 {
		return true
	}
	before := len(r.problems)
	s, ok := r.scalar(node, shown)
	if !ok {
		return len(r.problems) == before
	}
	value, wrong := parseSwitch(s)
	if wrong != nil && s.text != "" {
		r.problem(s.place, shown, "must be empty, true or false, not %s", s.quoted())
	}
	return value != false
}

// resolveKeys turns what is written into keys of the catalogue, each once.
func (r *reader) resolveKeys(list *keyList) []string {
	var keys []string
	for _, s := range list.items {
		switch {
		case s.text == all && len(list.items) == 1:
			return slices.Clone(r.words.Keys)
		case !r.words.Known(s.text):
			meant, near := r.words.Nearest(s.text)
			if !near {
				meant = ""
			}
			r.suggest(s.place, s.path, meant, "there is no measurement key %s", s.quoted())
		default:
			key := r.words.canonical(s.text)
			if slices.Contains(keys, key) {
				r.warn(s.place, s.path, "", "%s is in the list twice", s.quoted())
				continue
			}
			keys = append(keys, key)
		}
	}
	if len(list.items) == 0 {
		r.problem(list.place, list.path, "is empty: name at least one key, or leave this out for the default")
	}
	return keys
}

// peopleList reads the list of profiles: names, or sections with a name. A name
// alone is a list of one, as it was for Home Assistant.
func (r *reader) peopleList(node *yaml.Node, shown string) *peopleList {
	node = resolve(node)
	list := &peopleList{place: r.place(node)}
	switch node.Kind {
	case yaml.SequenceNode:
		for i, item := range node.Content {
			list.people = append(list.people, r.person(item, shown+"["+strconv.Itoa(i)+"]"))
		}
	case yaml.MappingNode:
		r.problem(list.place, shown, "must be a list: begin each person's line with a dash")
		return nil
	default:
		s, ok := r.scalar(node, shown)
		if !ok {
			return nil
		}
		if strings.Contains(s.text, ",") {
			r.problem(s.place, shown, "must be a list: put it in brackets, [Alice, Bob]")
			return nil
		}
		list.people = []person{{place: s.place, path: shown, name: &s}}
	}
	return list
}

func (r *reader) person(node *yaml.Node, shown string) person {
	node = resolve(node)
	p := person{place: r.place(node), path: shown}
	if node.Kind != yaml.MappingNode {
		if s, ok := r.item(node, shown, "a name"); ok {
			p.name = &s
		}
		return p
	}
	before := len(r.problems)
	r.section(node, "withings.profiles[]", shown, func(row row, value *yaml.Node, path string) {
		if row.Type == TypeKeys {
			p.keys = r.keyList(value, path)
			return
		}
		s, ok := r.scalar(value, path)
		switch {
		case !ok:
		case row.Type == TypeSchedule:
			p.schedule = &s
		case row.Type == TypeChoice:
			p.units = &s
		default:
			p.name = &s
		}
	})
	if p.name == nil && len(r.problems) == before {
		r.problem(p.place, shown, "has no name")
	}
	return p
}

// attributionList reads the map of attribution numbers to actions.
func (r *reader) attributionList(node *yaml.Node, shown string) *attributionList {
	node = resolve(node)
	list := &attributionList{}
	switch {
	case node.Kind == yaml.MappingNode:
		for _, p := range r.pairs(node, shown) {
			path := shown + "[" + p.key.Value + "]"
			if s, ok := r.item(p.value, path, "publish, hold or mark"); ok {
				list.items = append(list.items, attribution{p.key.Value, s})
			}
		}
	case node.ShortTag() != "!!null":
		r.problem(r.place(node), shown, "must be a map of attribution numbers to actions such as {1: publish}, not %s", kind(node))
	}
	return list
}

// policy turns what is written into a policy, nil for nothing.
func (r *reader) policy(list *attributionList) sensors.Policy {
	actions := Key{Choices: []string{string(sensors.Publish), string(sensors.Hold), string(sensors.Mark)}}
	var policy sensors.Policy
	for _, a := range list.items {
		number, err := strconv.Atoi(a.number)
		if err != nil || number < 0 || strconv.Itoa(number) != a.number {
			r.problem(a.action.place, a.action.path, "%q is no attribution number", a.number)
			continue
		}
		if _, wrong := actions.parseChoice(a.action); wrong != nil {
			r.suggest(a.action.place, a.action.path, wrong.suggestion, "%s", wrong.text)
			continue
		}
		if policy == nil {
			policy = sensors.Policy{}
		}
		policy[number] = sensors.Action(a.action.text)
	}
	return policy
}

func keysFromEnvironment(s scalar) *keyList {
	return &keyList{place: s.place, path: s.path, items: s.split()}
}

func peopleFromEnvironment(s scalar) *peopleList {
	list := &peopleList{place: s.place}
	for i, name := range s.split() {
		list.people = append(list.people, person{place: s.place, path: fmt.Sprintf("%s[%d]", s.path, i), name: &name})
	}
	return list
}

// attributionsFromEnvironment reads "1:publish,8:hold".
func (r *reader) attributionsFromEnvironment(s scalar) *attributionList {
	list := &attributionList{}
	for _, part := range s.split() {
		number, action, ok := strings.Cut(part.text, ":")
		if !ok {
			r.problem(s.place, s.path, "must be pairs such as 1:publish,8:hold, not %s", part.quoted())
			continue
		}
		part.text = strings.TrimSpace(action)
		part.raw = part.text
		list.items = append(list.items, attribution{strings.TrimSpace(number), part})
	}
	return list
}
