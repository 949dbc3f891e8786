package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"vitals2mqtt/sensors"
)

// allKeys as a list of measurements stands for every key.
const allKeys = "all"

// keyList is a list of measurement keys as somebody wrote it.
type keyList struct {
	position
	path  string
	items []scalar
}

// profileList is the list of profiles as somebody wrote it.
type profileList struct {
	position
	items []rawProfile
}

// rawProfile is one profile as somebody wrote it; nil is not given.
type rawProfile struct {
	position
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

// readKeys reads a list of keys, one key alone, the word "all", or a map of keys
// as Home Assistant's oldest configurations have it. It returns nil for nothing.
func (r *reader) readKeys(node *yaml.Node, shown string) *keyList {
	node = resolveAlias(node)
	list := &keyList{position: r.positionOf(node), path: shown}
	switch node.Kind {
	case yaml.SequenceNode:
		for i, item := range node.Content {
			path := shown + "[" + strconv.Itoa(i) + "]"
			if s, ok := r.readItem(item, path, "a measurement key"); ok {
				list.items = append(list.items, s)
			}
		}
	case yaml.MappingNode:
		for _, p := range r.pairs(node, shown) {
			if r.readWanted(p.value, joinPath(shown, p.key.Value)) {
				list.items = append(list.items, scalar{
					position: r.positionOf(p.key), path: joinPath(shown, p.key.Value), text: p.key.Value, unexpanded: p.key.Value,
				})
			}
		}
	default:
		s, ok := r.readScalar(node, shown)
		if !ok {
			return nil
		}
		if strings.Contains(s.text, ",") {
			r.addProblem(s.position, shown, "must be a list such as [weight_kg, sleep_state]")
			return nil
		}
		list.items = []scalar{s}
	}
	return list
}

// readItem reads one element of a list; nothing at all is a mistake there.
func (r *reader) readItem(node *yaml.Node, shown, what string) (scalar, bool) {
	node = resolveAlias(node)
	if node.Kind != yaml.ScalarNode || node.ShortTag() == "!!null" {
		r.addProblem(r.positionOf(node), shown, "must be %s, not %s", what, kindName(node))
		return scalar{}, false
	}
	return r.readScalar(node, shown)
}

// readWanted reads the value of a key in a map of keys: nothing and true want it,
// false does not. An empty section is how the oldest configurations wrote nothing.
func (r *reader) readWanted(node *yaml.Node, shown string) bool {
	node = resolveAlias(node)
	if node.Kind == yaml.MappingNode && len(node.Content) == 0 {
		return true
	}
	before := len(r.problems)
	s, ok := r.readScalar(node, shown)
	if !ok {
		return len(r.problems) == before
	}
	value, parseErr := parseBool(s)
	if parseErr != nil && s.text != "" {
		r.addProblem(s.position, shown, "must be empty, true or false, not %s", s.quoted())
	}
	return value != false
}

// resolveKeys turns what is written into keys of the catalogue, each once.
func (r *reader) resolveKeys(list *keyList) []string {
	var keys []string
	for _, s := range list.items {
		switch {
		case s.text == allKeys && len(list.items) == 1:
			return slices.Clone(r.vocabulary.Keys)
		case !r.vocabulary.Known(s.text):
			meant, near := r.vocabulary.Nearest(s.text)
			if !near {
				meant = ""
			}
			r.addProblemWithSuggestion(s.position, s.path, meant, "unknown measurement key %s", s.quoted())
		default:
			key := r.vocabulary.canonical(s.text)
			if slices.Contains(keys, key) {
				r.addWarning(s.position, s.path, "", "%s is listed twice", s.quoted())
				continue
			}
			keys = append(keys, key)
		}
	}
	if len(list.items) == 0 {
		r.addProblem(list.position, list.path, "must not be empty: list at least one key, or remove it for the default")
	}
	return keys
}

// readProfiles reads the list of profiles: names, or sections with a name. A name
// alone is a list of one, as it was for Home Assistant.
func (r *reader) readProfiles(node *yaml.Node, shown string) *profileList {
	node = resolveAlias(node)
	list := &profileList{position: r.positionOf(node)}
	switch node.Kind {
	case yaml.SequenceNode:
		for i, item := range node.Content {
			list.items = append(list.items, r.readProfile(item, shown+"["+strconv.Itoa(i)+"]"))
		}
	case yaml.MappingNode:
		r.addProblem(list.position, shown, "must be a list: start each profile with a dash")
		return nil
	default:
		s, ok := r.readScalar(node, shown)
		if !ok {
			return nil
		}
		if strings.Contains(s.text, ",") {
			r.addProblem(s.position, shown, "must be a list: put it in brackets, [Alice, Bob]")
			return nil
		}
		list.items = []rawProfile{{position: s.position, path: shown, name: &s}}
	}
	return list
}

func (r *reader) readProfile(node *yaml.Node, shown string) rawProfile {
	node = resolveAlias(node)
	p := rawProfile{position: r.positionOf(node), path: shown}
	if node.Kind != yaml.MappingNode {
		if s, ok := r.readItem(node, shown, "a name"); ok {
			p.name = &s
		}
		return p
	}
	before := len(r.problems)
	r.walkSection(node, "withings.profiles[]", shown, func(row tableRow, value *yaml.Node, path string) {
		if row.Type == TypeKeys {
			p.keys = r.readKeys(value, path)
			return
		}
		s, ok := r.readScalar(value, path)
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
		r.addProblem(p.position, shown, "missing name")
	}
	return p
}

// readAttributions reads the map of attribution numbers to actions.
func (r *reader) readAttributions(node *yaml.Node, shown string) *attributionList {
	node = resolveAlias(node)
	list := &attributionList{}
	switch {
	case node.Kind == yaml.MappingNode:
		for _, p := range r.pairs(node, shown) {
			path := shown + "[" + p.key.Value + "]"
			if s, ok := r.readItem(p.value, path, "publish, hold or mark"); ok {
				list.items = append(list.items, attribution{p.key.Value, s})
			}
		}
	case node.ShortTag() != "!!null":
		r.addProblem(r.positionOf(node), shown, "must be a map of attribution numbers to actions such as {1: publish}, not %s", kindName(node))
	}
	return list
}

// resolvePolicy turns what is written into a resolvePolicy, nil for nothing.
func (r *reader) resolvePolicy(list *attributionList) sensors.Policy {
	actions := Key{Choices: []string{string(sensors.Publish), string(sensors.Hold), string(sensors.Mark)}}
	var policy sensors.Policy
	for _, a := range list.items {
		number, err := strconv.Atoi(a.number)
		if err != nil || number < 0 || strconv.Itoa(number) != a.number {
			r.addProblem(a.action.position, a.action.path, "invalid attribution number %q", a.number)
			continue
		}
		if _, parseErr := actions.parseChoice(a.action); parseErr != nil {
			r.addProblemWithSuggestion(a.action.position, a.action.path, parseErr.suggestion, "%s", parseErr.text)
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
	return &keyList{position: s.position, path: s.path, items: s.splitList()}
}

func profilesFromEnvironment(s scalar) *profileList {
	list := &profileList{position: s.position}
	for i, name := range s.splitList() {
		list.items = append(list.items, rawProfile{position: s.position, path: fmt.Sprintf("%s[%d]", s.path, i), name: &name})
	}
	return list
}

// attributionsFromEnvironment reads "1:publish,8:hold".
func (r *reader) attributionsFromEnvironment(s scalar) *attributionList {
	list := &attributionList{}
	for _, part := range s.splitList() {
		number, action, ok := strings.Cut(part.text, ":")
		if !ok {
			r.addProblem(s.position, s.path, "must be pairs such as 1:publish,8:hold, not %s", part.quoted())
			continue
		}
		part.text = strings.TrimSpace(action)
		part.unexpanded = part.text
		list.items = append(list.items, attribution{strings.TrimSpace(number), part})
	}
	return list
}
