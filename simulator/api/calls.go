// SPDX-License-Identifier: MIT

package api

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// anyCall is the name for all requests.
const anyCall = "*"

// Calls returns the names of all calls, sorted: "service/action", and for a
// token call also "service/grant".
func Calls() []string {
	var names []string
	for service, actions := range services() {
		for _, action := range slices.Concat(slices.Collect(maps.Keys(actions)), grantsOf(service)) {
			names = append(names, service+"/"+action)
		}
	}
	slices.Sort(names)
	return names
}

func grantsOf(service string) []string {
	if service == oauthService {
		return grantTypes()
	}
	return nil
}

// resolveCall returns the name that a fault uses for a call: "service action",
// "service *" or "*". It takes what logs and pages print ("measure/getmeas"),
// with or without v2 where only one of them is known, and "" for all.
func resolveCall(text string) (string, error) {
	plain := strings.ToLower(strings.Trim(strings.ReplaceAll(text, "?action=", "/"), "/ "))
	if plain == "" || plain == anyCall {
		return anyCall, nil
	}
	cut := strings.LastIndexAny(plain, " /")
	if cut < 0 {
		return "", unknownCallError(text)
	}
	service, action := strings.TrimRight(plain[:cut], " /"), plain[cut+1:]
	for _, candidate := range []string{service, "v2/" + service} {
		actions, known := services()[candidate]
		if !known {
			continue
		}
		_, listed := actions[action]
		if action == anyCall || listed || slices.Contains(grantsOf(candidate), action) {
			return candidate + " " + action, nil
		}
	}
	return "", unknownCallError(text)
}

func unknownCallError(text string) error {
	return fmt.Errorf("no call %q; known calls: *, SERVICE/*, %s", text, strings.Join(Calls(), ", "))
}
