// SPDX-License-Identifier: MIT

package cli

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// show prints what an import did, also when it has failed.
func (r *importResult) show(s *session, asJSON bool, failed error) error {
	r.SortFiles()
	if asJSON {
		return s.printJSON(r)
	}
	if failed != nil && len(r.Files) == 0 {
		return nil // the error says it all
	}
	read := r.FilesRead()
	skipped := len(r.Files) - read
	s.printf("Read %s of %s: %s.\n", plural(r.Rows(), "row", "rows"), plural(read, "file", "files"),
		plural(r.Records, "record", "records"))
	verb := "Imported"
	if r.DryRun {
		verb = "Would import"
	}
	s.printf("%s %d; %d already in the archive.\n", verb, r.Added, r.Known)
	if r.ClockChanges > 0 {
		s.printf("%s in an hour that the clock change repeats or leaves out.\n",
			plural(r.ClockChanges, "time is", "times are"))
	}
	for _, remark := range r.Remarks {
		s.printf("Note: %s\n", remark)
	}
	if skipped > 0 {
		s.printf("\nNot read:\n")
		if err := r.printSkipped(s.Stdout); err != nil {
			return err
		}
	}
	if r.ProblemCount == 0 {
		return nil
	}
	s.printf("\nProblems:\n")
	for _, problem := range r.Problems {
		s.printf("  %s\n", problem.Error())
	}
	if more := r.ProblemCount - len(r.Problems); more > 0 {
		s.printf("  and %d more\n", more)
	}
	return nil
}

func (r *importResult) printSkipped(out io.Writer) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, file := range r.Files {
		if file.Skipped != "" {
			_, _ = fmt.Fprintf(table, "  %s\t%s\n", file.Name, file.Skipped)
		}
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("printing the result: %w", err)
	}
	return nil
}
