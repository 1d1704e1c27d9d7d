package encord

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"strconv"

	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
)

// A SettingsError is about an option or environment variable that cannot be.
type SettingsError struct {
	// Setting is the name of the option or environment variable.
	Setting string
	// Problem says what is wrong with it.
	Problem string
}

func (e *SettingsError) Error() string { return e.Setting + ": " + e.Problem }

// settings say where the gateway is and how to talk to it.
type settings struct {
	address string
	// Empty: none is sent.
	token string
	tls   bool
	// Nil: the system's.
	ca *x509.CertPool
}

var (
	// A name or an IPv4 address, or an IPv6 address in brackets, and a port.
	addressPattern = regexp.MustCompile(`^(?:\[[0-9A-Fa-f:.%]+\]|[^\s:/\[\]]+):([0-9]{1,5})$`)
	tokenPattern   = regexp.MustCompile(`^[\x21-\x7e]+$`)
	switches       = map[string]bool{"1": true, "true": true, "0": false, "false": false}
)

// readSettings settles the options with the environment.
func readSettings(o *options) (*settings, error) {
	if o.tls != nil && !*o.tls && o.caFile != "" {
		return nil, &SettingsError{"CAFile", "given although TLS is off"}
	}
	var s settings
	var err error
	switch {
	case o.tls != nil:
		s.tls = *o.tls
	case o.caFile != "":
		s.tls = true
	default:
		if s.tls, err = readSwitch("ENCORD_GATEWAY_TLS"); err != nil {
			return nil, err
		}
	}
	setting, caFile := "CAFile", o.caFile
	if s.tls && caFile == "" {
		setting, caFile = "ENCORD_GATEWAY_CA_FILE", os.Getenv("ENCORD_GATEWAY_CA_FILE")
	}
	if caFile != "" {
		if s.ca, err = readCA(setting, caFile); err != nil {
			return nil, err
		}
	}
	if s.address, err = readAddress(o.address); err != nil {
		return nil, err
	}
	if s.token, err = readToken(o.token); err != nil {
		return nil, err
	}
	return &s, nil
}

// fromEnvironment returns an option's value and name, or those of an environment variable.
func fromEnvironment(option *string, name, variable string) (setting, value string) {
	if option != nil {
		return name, *option
	}
	return variable, os.Getenv(variable)
}

func readAddress(option *string) (string, error) {
	setting, address := fromEnvironment(option, "Address", "ENCORD_GATEWAY")
	if match := addressPattern.FindStringSubmatch(address); match != nil {
		if port, err := strconv.Atoi(match[1]); err == nil && port >= 1 && port <= 65535 {
			return address, nil
		}
	}
	return "", &SettingsError{setting, fmt.Sprintf("must be HOST:PORT, is %q", address)}
}

func readToken(option *string) (string, error) {
	setting, token := fromEnvironment(option, "Token", "ENCORD_GATEWAY_TOKEN")
	// The value is a secret and must not get into an error.
	if token != "" && !tokenPattern.MatchString(token) {
		return "", &SettingsError{setting, "must be printable ASCII without blanks"}
	}
	return token, nil
}

func readSwitch(variable string) (bool, error) {
	value := os.Getenv(variable)
	if value == "" {
		return false, nil
	}
	on, known := switches[value]
	if !known {
		return false, &SettingsError{variable, fmt.Sprintf("must be 1, true, 0 or false, is %q", value)}
	}
	return on, nil
}

func readCA(setting, path string) (*x509.CertPool, error) {
	pem, err := os.ReadFile(path)
	if err != nil {
		var pathError *fs.PathError
		if errors.As(err, &pathError) {
			err = pathError.Err
		}
		return nil, &SettingsError{setting, fmt.Sprintf("cannot read %s: %v", path, err)}
	}
	pool := x509.NewCertPool()
	if !bytes.Contains(pem, []byte("-----BEGIN CERTIFICATE-----")) || !pool.AppendCertsFromPEM(pem) {
		return nil, &SettingsError{setting, "no PEM certificate in " + path}
	}
	return pool, nil
}

func (s *settings) credentials() credentials.TransportCredentials {
	if !s.tls {
		return insecure.NewCredentials()
	}
	return credentials.NewTLS(&tls.Config{RootCAs: s.ca})
}
