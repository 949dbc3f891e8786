package docs_test

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"
)

// standIns play the tools that the guides use on a machine without them, as far
// as the guides go. V2M_STANDINS=1 has them play everywhere.
func standIns() map[string]func() {
	return map[string]func(){
		"mosquitto_sub": playSubscriber, "mosquitto_pub": playPublisher, "curl": playCurl, "jq": playJQ,
	}
}

// given are the arguments of a stand-in: values by option, then the rest.
func given(options string) (values map[string][]string, rest []string) {
	values = map[string][]string{}
	for args := os.Args[1:]; len(args) > 0; args = args[1:] {
		name := strings.TrimPrefix(args[0], "-")
		switch {
		case name == args[0]:
			rest = append(rest, args[0])
		case strings.Contains(options, name+":") && len(args) > 1:
			values[name] = append(values[name], args[1])
			args = args[1:]
		default:
			values[name] = append(values[name], "")
		}
	}
	return values, rest
}

func insist(err error) {
	if err != nil {
		_, _ = fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func tell(words, end string) { _, _ = os.Stdout.WriteString(words + end) }

// connect says hello to a broker, in MQTT 3.1.1.
func connect(values map[string][]string) net.Conn {
	connection, err := (&net.Dialer{Timeout: patience}).Dial("tcp", net.JoinHostPort(values["h"][0], values["p"][0]))
	insist(err)
	name := fmt.Sprintf("standin-%d", os.Getpid())
	send(connection, 0x10, text("MQTT"), []byte{4, 2, 0, 0}, text(name))
	if kind, body := receive(bufio.NewReader(io.LimitReader(connection, 4))); kind != 0x20 || body[1] != 0 {
		insist(fmt.Errorf("the broker refuses: %v", body))
	}
	return connection
}

func text(words string) []byte {
	return append(binary.BigEndian.AppendUint16(nil, uint16(len(words))), words...)
}

func send(w io.Writer, kind byte, parts ...[]byte) {
	body := slices.Concat(parts...)
	_, err := w.Write(append(binary.AppendUvarint([]byte{kind}, uint64(len(body))), body...))
	insist(err)
}

func receive(r *bufio.Reader) (kind byte, body []byte) {
	kind, err := r.ReadByte()
	insist(err)
	length, err := binary.ReadUvarint(r)
	insist(err)
	body = make([]byte, length)
	_, err = io.ReadFull(r, body)
	insist(err)
	return kind, body
}

func playSubscriber() {
	values, _ := given("h: p: t: C: W:")
	connection := connect(values)
	filters := [][]byte{{0, 1}}
	for _, filter := range values["t"] {
		filters = append(filters, text(filter), []byte{0})
	}
	send(connection, 0x82, filters...)
	reader, most := bufio.NewReader(connection), 0
	if len(values["C"]) > 0 {
		_, err := fmt.Sscan(values["C"][0], &most)
		insist(err)
	}
	for count := 0; most == 0 || count < most; {
		kind, body := receive(reader)
		if kind>>4 != 3 {
			continue
		}
		end := 2 + int(binary.BigEndian.Uint16(body))
		if count++; values["v"] != nil {
			tell(string(body[2:end]), " ")
		}
		tell(string(body[end:]), "\n")
	}
	os.Exit(0)
}

func playPublisher() {
	values, _ := given("h: p: t: m:")
	connection := connect(values)
	send(connection, 0x30, text(values["t"][0]), []byte(values["m"][0]))
	send(connection, 0xe0)
	insist(connection.Close())
	os.Exit(0)
}

func playCurl() {
	values, rest := given("X: u:")
	method := http.MethodGet
	if len(values["X"]) > 0 {
		method = values["X"][0]
	}
	request, err := http.NewRequest(method, rest[0], http.NoBody) //nolint:noctx // the client has a limit
	insist(err)
	reply, err := (&http.Client{Timeout: time.Minute}).Do(request)
	insist(err)
	_, err = io.Copy(os.Stdout, reply.Body)
	insist(err)
	insist(reply.Body.Close())
	if reply.StatusCode >= http.StatusBadRequest {
		insist(fmt.Errorf("HTTP %s", reply.Status))
	}
	os.Exit(0)
}

// playJQ knows paths with commas between them.
func playJQ() {
	values, rest := given("")
	var document any
	insist(json.NewDecoder(os.Stdin).Decode(&document))
	for path := range strings.SplitSeq(rest[0], ",") {
		at := document
		for name := range strings.SplitSeq(strings.TrimPrefix(strings.TrimSpace(path), "."), ".") {
			object, _ := at.(map[string]any)
			at = object[name]
		}
		if words, is := at.(string); is && values["r"] != nil {
			tell(words, "\n")
			continue
		}
		shown, err := json.Marshal(at)
		insist(err)
		tell(string(shown), "\n")
	}
	os.Exit(0)
}
