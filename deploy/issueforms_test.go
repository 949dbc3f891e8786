// SPDX-License-Identifier: MIT

package deploy_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

const issueForms = "../.github/ISSUE_TEMPLATE"

// elementRule is what the forge's syntax for issue forms allows for one type of
// element.
type elementRule struct {
	required, optional []string // attributes
	options            bool
	withoutID          bool
}

func elementRules() map[string]elementRule {
	return map[string]elementRule{
		"markdown": {required: []string{"value"}, withoutID: true},
		"input":    {required: []string{"label"}, optional: []string{"description", "placeholder", "value"}},
		"textarea": {required: []string{"label"}, optional: []string{"description", "placeholder", "value", "render"}},
		"dropdown": {
			required: []string{"label", "options"}, optional: []string{"description", "multiple", "default"}, options: true,
		},
		"checkboxes": {required: []string{"label", "options"}, optional: []string{"description"}, options: true},
	}
}

// formMistakes are what the forge would refuse in an issue form. It shows a form
// with a mistake to nobody, and tells nobody either.
func formMistakes(form section) (mistakes []string) {
	add := func(format string, args ...any) { mistakes = append(mistakes, fmt.Sprintf(format, args...)) }
	for _, name := range []string{"name", "description"} {
		if text, _ := form[name].(string); strings.TrimSpace(text) == "" {
			add("there is no %s", name)
		}
	}
	mistakes = append(mistakes, strangers("the form", form,
		[]string{"name", "description", "body", "title", "labels", "assignees", "projects", "type"})...)
	body, _ := form["body"].([]any)
	names, asks := map[string]int{}, false // of ids and labels
	for i, element := range body {
		fields, _ := element.(section)
		kind, _ := fields["type"].(string)
		where := fmt.Sprintf("element %d (%s)", i+1, kind)
		rule, known := elementRules()[kind]
		if !known {
			add("%s: unknown type", where)
			continue
		}
		asks = asks || kind != "markdown"
		mistakes = append(mistakes, elementMistakes(where, fields, rule)...)
		attributes, _ := fields["attributes"].(section)
		for _, name := range []any{fields["id"], attributes["label"]} {
			if text, is := name.(string); is {
				names[text]++
			}
		}
	}
	for name, count := range names {
		if count > 1 {
			add("%q is used twice", name)
		}
	}
	if !asks {
		add("the form asks nothing")
	}
	return mistakes
}

func elementMistakes(where string, fields section, rule elementRule) (mistakes []string) {
	add := func(format string, args ...any) {
		mistakes = append(mistakes, where+": "+fmt.Sprintf(format, args...))
	}
	mistakes = append(mistakes, strangers(where, fields, []string{"type", "id", "attributes", "validations"})...)
	switch id, is := fields["id"].(string); {
	case rule.withoutID && fields["id"] != nil:
		add("may have no id")
	case !rule.withoutID && (!is || !regexp.MustCompile(`^[A-Za-z0-9_-]+$`).MatchString(id)):
		add("the id is %v", fields["id"])
	}
	attributes, _ := fields["attributes"].(section)
	mistakes = append(mistakes, strangers(where, attributes, slices.Concat(rule.required, rule.optional))...)
	for _, name := range rule.required {
		if attributes[name] == nil {
			add("there is no %s", name)
		}
	}
	if validations, is := fields["validations"].(section); is {
		mistakes = append(mistakes, strangers(where, validations, []string{"required"})...)
		if _, is := validations["required"].(bool); !is {
			add("required is not a boolean")
		}
	} else if fields["validations"] != nil {
		add("validations are no mapping")
	}
	if rule.options {
		mistakes = append(mistakes, optionMistakes(where, attributes["options"])...)
	}
	return mistakes
}

// optionMistakes looks at the options of a dropdown, which are texts, or of
// checkboxes, which are mappings with a label.
func optionMistakes(where string, value any) (mistakes []string) {
	options, _ := value.([]any)
	var seen []string
	for _, option := range options {
		text, _ := option.(string)
		if box, is := option.(section); is {
			text, _ = box["label"].(string)
			mistakes = append(mistakes, strangers(where, box, []string{"label", "required"})...)
		}
		// The forge adds "None" to what need not be answered.
		if text == "" || strings.EqualFold(text, "none") || slices.Contains(seen, text) {
			mistakes = append(mistakes, fmt.Sprintf("%s: the option %v", where, option))
		}
		seen = append(seen, text)
	}
	if len(options) == 0 {
		mistakes = append(mistakes, where+": there are no options")
	}
	return mistakes
}

// strangers are the keys that are not known.
func strangers(where string, have section, known []string) (mistakes []string) {
	for _, key := range slices.Sorted(maps.Keys(have)) {
		if !slices.Contains(known, key) {
			mistakes = append(mistakes, fmt.Sprintf("%s: unknown key %s", where, key))
		}
	}
	return mistakes
}

// TestIssueForms checks the syntax, that commands exist, and that nobody is asked
// for what a public issue must not have without being told.
func TestIssueForms(t *testing.T) {
	t.Parallel()
	files, err := os.ReadDir(issueForms)
	if err != nil {
		t.Fatal(err)
	}
	names := map[any]bool{}
	command := regexp.MustCompile("`[^`]*\\bvitals2mqtt ([a-z]+)")
	for _, file := range files {
		if file.Name() == "config.yml" { // for the choice of a form; it is always called that
			continue
		}
		form, text := parse(t, issueForms, file.Name()), read(t, issueForms, file.Name())
		for _, mistake := range formMistakes(form) {
			t.Errorf("%s: %s", file.Name(), mistake)
		}
		if filepath.Ext(file.Name()) != ".yaml" || names[form["name"]] {
			t.Errorf("%s: the forge does not show it, or another has its name", file.Name())
		}
		names[form["name"]] = true
		for _, found := range command.FindAllStringSubmatch(text, -1) {
			if found[1] != "vitals" { // docker compose exec vitals2mqtt /vitals2mqtt doctor
				expectCommand(t, found[1])
			}
		}
		if !strings.Contains(text, "eave out health data") {
			t.Errorf("%s does not say to leave out health data", file.Name())
		}
		if !strings.Contains(text, "render: text") {
			continue // asks for no output
		}
		for _, words := range []string{
			"`vitals2mqtt doctor`", "`vitals2mqtt version`", "secrets, tokens and passwords", "id: private",
		} {
			if !strings.Contains(text, words) {
				t.Errorf("%s does not say %s", file.Name(), words)
			}
		}
	}
	if len(names) < 3 {
		t.Errorf("there are only %d forms", len(names))
	}
}

func TestMistakesInIssueForms(t *testing.T) {
	t.Parallel()
	const head = "name: x\ndescription: y\n"
	for want, body := range map[string]string{
		"there is no description":  "name: x\nbody: [{type: input, id: a, attributes: {label: What}}]",
		"unknown key about":        head + "about: z\nbody: []",
		"the form asks nothing":    head + "body: [{type: markdown, attributes: {value: x}}]",
		"unknown type":             "{type: text, id: a, attributes: {label: What}}",
		"may have no id":           "{type: markdown, id: a, attributes: {value: x}}",
		"the id is a b":            "{type: input, id: a b, attributes: {label: What}}",
		"the id is <nil>":          "{type: input, attributes: {label: What}}",
		`"a" is used twice`:        "{type: input, id: a, attributes: {label: A}}, {type: input, id: a, attributes: {label: B}}",
		"there is no label":        "{type: input, id: a, attributes: {}}",
		"unknown key render":       "{type: input, id: a, attributes: {label: What, render: text}}",
		"there is no options":      "{type: dropdown, id: a, attributes: {label: What}}",
		"there are no options":     "{type: dropdown, id: a, attributes: {label: What, options: []}}",
		"the option None":          "{type: dropdown, id: a, attributes: {label: What, options: [None]}}",
		"unknown key placeholder":  "{type: dropdown, id: a, attributes: {label: What, placeholder: x, options: [x]}}",
		"unknown key checked":      "{type: checkboxes, id: a, attributes: {label: What, options: [{label: x, checked: true}]}}",
		"the option map[label:]":   `{type: checkboxes, id: a, attributes: {label: What, options: [{label: ""}]}}`,
		"required is not":          `{type: input, id: a, attributes: {label: What}, validations: {required: "yes"}}`,
		"validations are no":       "{type: input, id: a, attributes: {label: What}, validations: true}",
		"unknown key requirements": "{type: input, id: a, attributes: {label: What}, validations: {required: true, requirements: 1}}",
	} {
		if strings.HasPrefix(body, "{") {
			body = head + "body: [" + body + "]"
		}
		var form section
		if err := yaml.Unmarshal([]byte(body), &form); err != nil {
			t.Fatalf("%s: %v", body, err)
		}
		if got := strings.Join(formMistakes(form), "\n"); !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", body, got, want)
		}
	}
}
