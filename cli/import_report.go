package cli

import (
	"fmt"
	"text/tabwriter"
)

// printImport prints what an import did, also when it has failed.
func (s *session) printImport(result *importResult, asJSON bool, failed error) error {
	result.SortFiles()
	if asJSON {
		return s.printJSON(result)
	}
	if failed != nil && len(result.Files) == 0 {
		return nil // the error says it all
	}
	read, skipped := 0, 0
	for _, file := range result.Files {
		if file.Skipped == "" {
			read++
		} else {
			skipped++
		}
	}
	s.printf("Read %s of %s: %s.\n", plural(result.Rows(), "row", "rows"), plural(read, "file", "files"),
		plural(result.Records, "record", "records"))
	verb := "Imported"
	if result.DryRun {
		verb = "Would import"
	}
	s.printf("%s %d; %d already in the archive.\n", verb, result.Added, result.Known)
	if result.ClockChanges > 0 {
		s.printf("%s in an hour that the clock change repeats or leaves out.\n",
			plural(result.ClockChanges, "time is", "times are"))
	}
	for _, remark := range result.Remarks {
		s.printf("Note: %s\n", remark)
	}
	if skipped > 0 {
		s.printf("\nNot read:\n")
		if err := s.printSkipped(result); err != nil {
			return err
		}
	}
	if result.ProblemCount == 0 {
		return nil
	}
	s.printf("\nProblems:\n")
	for _, problem := range result.Problems {
		s.printf("  %s\n", problem.Error())
	}
	if more := result.ProblemCount - len(result.Problems); more > 0 {
		s.printf("  and %d more\n", more)
	}
	return nil
}

func (s *session) printSkipped(result *importResult) error {
	table := tabwriter.NewWriter(s.Stdout, 0, 0, 2, ' ', 0)
	for _, file := range result.Files {
		if file.Skipped != "" {
			_, _ = fmt.Fprintf(table, "  %s\t%s\n", file.Name, file.Skipped)
		}
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("printing the result: %w", err)
	}
	return nil
}
