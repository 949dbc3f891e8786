// SPDX-License-Identifier: MIT

package setup

import (
	"errors"
	"io/fs"
	"os"

	"vitals2mqtt/config"
	"vitals2mqtt/internal/fileaccess"
)

// Summary returns what will be written.
func (w *Wizard) Summary() Summary {
	w.mu.Lock()
	defer w.mu.Unlock()
	summary := Summary{
		Path:     w.options.File.Path,
		Text:     w.answers.masked().Render(w.options.File.Example),
		Exists:   w.exists(),
		Revision: w.revision,
	}
	return summary
}

// exists reports whether writing would replace a file of the user.
func (w *Wizard) exists() bool {
	_, err := os.Lstat(w.options.File.Path)
	return err == nil && !w.isReplaceable()
}

// isReplaceable reports whether a file may be replaced unasked. It looks again:
// the user may have edited the example meanwhile.
func (w *Wizard) isReplaceable() bool {
	return w.options.Replaceable && w.options.File.IsUnused()
}

// Write writes the configuration, if the answers are those of a revision. A
// file of the user is replaced only when replace is set, and kept under another
// name.
func (w *Wizard) Write(revision int, replace bool) []Problem {
	if next := w.State().Next; next != StepSummary {
		return []Problem{{Code: CodeChanged, Text: "the set-up was started again in another window"}}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	select {
	case <-w.done:
		return nil // another window was faster
	default:
	}
	if revision != w.revision {
		return []Problem{{Code: CodeChanged, Text: "answers have changed in another window"}}
	}
	c, err := w.options.File.load(w.answers)
	if err != nil {
		return configProblems(err)
	}
	if problems := w.options.CheckPlace(c); failed(problems) {
		return problems
	}
	content := []byte(w.answers.Render(w.options.File.Example))
	backup, err := write(w.options.File.Path, content, replace || w.isReplaceable())
	switch {
	case errors.Is(err, fs.ErrExist):
		return []Problem{{Code: CodeExists, Text: w.options.File.Path + " already exists"}}
	case err != nil:
		return []Problem{{
			Code: CodeUnwritable,
			Text: fileaccess.Wrap("cannot write the configuration", w.options.File.Path, err).Error(),
		}}
	}
	w.backup = backup
	close(w.done)
	return nil
}

// Backup is the name under which the former file is kept, "" for none.
func (w *Wizard) Backup() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.backup
}

// configProblems are the problems of a configuration that is complete.
func configProblems(err error) (problems []Problem) {
	invalid, ok := errors.AsType[config.Errors](err)
	if !ok {
		return []Problem{{Code: CodeInvalid, Text: err.Error()}}
	}
	for _, p := range invalid {
		code := CodeInvalid
		if p.InEnvironment() {
			code = CodeEnvironment
		}
		problems = append(problems, Problem{Code: code, Text: p.Path + ": " + p.Text})
	}
	return problems
}
