// SPDX-License-Identifier: MIT

package history

import (
	"bytes"
	"compress/flate"
	"errors"
	"io"
	"sync"
)

// compressor makes small texts smaller that have much in common with its
// dictionary. The memory of its writer is given back when it has not been used
// for a while.
type compressor struct {
	dictionary string
	writers    sync.Pool
}

// deflate returns the data compressed.
func (c *compressor) deflate(data []byte) ([]byte, error) {
	var out bytes.Buffer
	writer, ok := c.writers.Get().(*flate.Writer)
	if ok {
		writer.Reset(&out)
	} else {
		var err error
		if writer, err = flate.NewWriterDict(&out, flate.DefaultCompression, []byte(c.dictionary)); err != nil {
			return nil, err
		}
	}
	defer c.writers.Put(writer)
	if _, err := writer.Write(data); err != nil {
		return nil, err
	}
	if err := writer.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// errUncompressed means that data becomes larger than what was ever compressed.
var errUncompressed = errors.New("the uncompressed data is too large")

// uncompress returns the data that a compressor with this dictionary made
// smaller. Of more than limit bytes it fails with errUncompressed: the file may
// be damaged, or another program's.
func uncompress(data []byte, dictionary string, limit int64) ([]byte, error) {
	reader := flate.NewReaderDict(bytes.NewReader(data), []byte(dictionary))
	out, err := io.ReadAll(io.LimitReader(reader, limit+1))
	if err == nil && int64(len(out)) > limit {
		return nil, errUncompressed
	}
	return out, err
}
