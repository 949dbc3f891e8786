// SPDX-License-Identifier: MIT

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

// fakeTools replace tools that the guides use on machines without them, as far
// as the guides need. With V2M_STANDINS=1 they are always used.
func fakeTools() map[string]func() {
	return map[string]func(){
		"mosquitto_sub": fakeMosquittoSub, "mosquitto_pub": fakeMosquittoPub, "curl": fakeCurl, "jq": fakeJQ,
	}
}

// parseArgs are the arguments of a stand-in: values by option, then the rest.
func parseArgs(options string) (values map[string][]string, rest []string) {
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

func exitOnError(err error) {
	if err != nil {
		_, _ = fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func writeOut(words, end string) { _, _ = os.Stdout.WriteString(words + end) }

// mqttConnect connects to a broker with MQTT 3.1.1.
func mqttConnect(values map[string][]string) net.Conn {
	connection, err := (&net.Dialer{Timeout: waitTimeout}).Dial("tcp", net.JoinHostPort(values["h"][0], values["p"][0]))
	exitOnError(err)
	name := fmt.Sprintf("standin-%d", os.Getpid())
	mqttSend(connection, 0x10, mqttString("MQTT"), []byte{4, 2, 0, 0}, mqttString(name))
	if kind, body := mqttReceive(bufio.NewReader(io.LimitReader(connection, 4))); kind != 0x20 || body[1] != 0 {
		exitOnError(fmt.Errorf("the broker refuses: %v", body))
	}
	return connection
}

func mqttString(words string) []byte {
	return append(binary.BigEndian.AppendUint16(nil, uint16(len(words))), words...)
}

func mqttSend(w io.Writer, kind byte, parts ...[]byte) {
	body := slices.Concat(parts...)
	_, err := w.Write(append(binary.AppendUvarint([]byte{kind}, uint64(len(body))), body...))
	exitOnError(err)
}

func mqttReceive(r *bufio.Reader) (kind byte, body []byte) {
	kind, err := r.ReadByte()
	exitOnError(err)
	length, err := binary.ReadUvarint(r)
	exitOnError(err)
	body = make([]byte, length)
	_, err = io.ReadFull(r, body)
	exitOnError(err)
	return kind, body
}

func fakeMosquittoSub() {
	values, _ := parseArgs("h: p: t: C: W:")
	connection := mqttConnect(values)
	filters := [][]byte{{0, 1}}
	for _, filter := range values["t"] {
		filters = append(filters, mqttString(filter), []byte{0})
	}
	mqttSend(connection, 0x82, filters...)
	reader, most := bufio.NewReader(connection), 0
	if len(values["C"]) > 0 {
		_, err := fmt.Sscan(values["C"][0], &most)
		exitOnError(err)
	}
	for count := 0; most == 0 || count < most; {
		kind, body := mqttReceive(reader)
		if kind>>4 != 3 {
			continue
		}
		end := 2 + int(binary.BigEndian.Uint16(body))
		if count++; values["v"] != nil {
			writeOut(string(body[2:end]), " ")
		}
		writeOut(string(body[end:]), "\n")
	}
	os.Exit(0)
}

func fakeMosquittoPub() {
	values, _ := parseArgs("h: p: t: m:")
	connection := mqttConnect(values)
	mqttSend(connection, 0x30, mqttString(values["t"][0]), []byte(values["m"][0]))
	mqttSend(connection, 0xe0)
	exitOnError(connection.Close())
	os.Exit(0)
}

func fakeCurl() {
	values, rest := parseArgs("X: u: d:")
	method, sent := http.MethodGet, ""
	if len(values["d"]) > 0 {
		method, sent = http.MethodPost, values["d"][0]
	}
	if len(values["X"]) > 0 {
		method = values["X"][0]
	}
	request, err := http.NewRequest(method, rest[0], strings.NewReader(sent)) //nolint:noctx // the client has a limit
	exitOnError(err)
	reply, err := (&http.Client{Timeout: time.Minute}).Do(request)
	exitOnError(err)
	_, err = io.Copy(os.Stdout, reply.Body)
	exitOnError(err)
	exitOnError(reply.Body.Close())
	if reply.StatusCode >= http.StatusBadRequest {
		exitOnError(fmt.Errorf("HTTP %s", reply.Status))
	}
	os.Exit(0)
}

// fakeJQ knows paths with commas between them.
func fakeJQ() {
	values, rest := parseArgs("")
	var document any
	exitOnError(json.NewDecoder(os.Stdin).Decode(&document))
	for path := range strings.SplitSeq(rest[0], ",") {
		at := document
		for name := range strings.SplitSeq(strings.TrimPrefix(strings.TrimSpace(path), "."), ".") {
			object, _ := at.(map[string]any)
			at = object[name]
		}
		if words, is := at.(string); is && values["r"] != nil {
			writeOut(words, "\n")
			continue
		}
		shown, err := json.Marshal(at)
		exitOnError(err)
		writeOut(string(shown), "\n")
	}
	os.Exit(0)
}
