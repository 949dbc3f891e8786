// SPDX-License-Identifier: MIT

package main

// `go generate ./...` writes every generated file of the repository: pages and
// tables of docs/, config.example.yaml, the JSON Schema, and the expected
// results in testdata. Each is made by a test with Golden in its name, which
// compares when it runs without the flag. The lines are in the order in which
// files depend on each other.

//go:generate go test -count=1 -run Golden ./calendar ./sensors ./config ./doctor ./discovery ./history -update
//go:generate go test -count=1 -run Golden ./web ./web/draw ./report ./simulator ./simulator/people ./bridge -update
//go:generate go test -count=1 -run Golden ./cli ./docs ./deploy -update
