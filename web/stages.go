// SPDX-License-Identifier: MIT

package web

import (
	"slices"
	"time"

	"vitals2mqtt/history"
	"vitals2mqtt/web/draw"
)

// stageRows are the states of sleep, from the top of a picture.
func stageRows() []string { return []string{"awake", "rem", "light", "deep"} }

// stagesOf are the stages of a night for a picture. A state without a name is
// drawn among the light ones, in another colour.
func stagesOf(night history.Night) (stages []draw.Stage) {
	for _, stage := range night.Stages {
		class := stage.Values[keyStage].String()
		row := slices.Index(stageRows(), class)
		if row < 0 {
			class, row = "unknown", slices.Index(stageRows(), "light")
		}
		stages = append(stages, draw.Stage{
			From: time.Unix(stage.Start, 0), To: time.Unix(stage.At, 0), Row: row, Class: class,
		})
	}
	return stages
}
