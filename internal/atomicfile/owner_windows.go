package atomicfile

// Adopt does nothing: who may read a file follows from the folder here.
func Adopt(string) error { return nil }
