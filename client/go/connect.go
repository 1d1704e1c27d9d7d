// Package encord helps with what every client of Encord Gateway needs: connecting, errors, pages,
// and exports to a file. The generated messages and stubs are in package encordv1.
package encord

import (
	"context"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
)

const (
	defaultTimeout = time.Minute
	// Streams last as long as there is data.
	streamTimeout = time.Hour
)

type options struct {
	address *string
	token   *string
	tls     *bool
	caFile  string
	timeout time.Duration
	dial    []grpc.DialOption
}

// An Option says something about a connection.
type Option func(*options)

// Address gives the gateway's HOST:PORT; otherwise it is that of ENCORD_GATEWAY.
func Address(address string) Option { return func(o *options) { o.address = &address } }

// Token gives an Encord bearer token; otherwise it is that of ENCORD_GATEWAY_TOKEN. Empty: none, so
// that the gateway uses its own key. A call's own "authorization" metadata goes before it.
func Token(token string) Option { return func(o *options) { o.token = &token } }

// TLS says whether to use TLS. Otherwise it is used if there is a CAFile, and else as
// ENCORD_GATEWAY_TLS says (1 or true, 0 or false); without either in plain text.
func TLS(on bool) Option { return func(o *options) { o.tls = &on } }

// CAFile names the PEM file of the certificate authorities to trust; otherwise, with TLS,
// ENCORD_GATEWAY_CA_FILE does. Without either: those of the system.
func CAFile(path string) Option { return func(o *options) { o.caFile = path } }

// Timeout is for calls whose context has no deadline. Default: a minute. A call that streams has an
// hour.
func Timeout(timeout time.Duration) Option { return func(o *options) { o.timeout = timeout } }

// DialOptions are passed on to gRPC.
func DialOptions(dial ...grpc.DialOption) Option {
	return func(o *options) { o.dial = append(o.dial, dial...) }
}

// Connect returns a connection for encordv1.NewEncordServiceClient, or a *SettingsError. It connects
// when the first call is made. Errors of calls are *Error.
func Connect(given ...Option) (*grpc.ClientConn, error) {
	o := options{timeout: defaultTimeout}
	for _, option := range given {
		option(&o)
	}
	s, err := readSettings(&o)
	if err != nil {
		return nil, err
	}
	d := defaults{token: s.token, timeout: o.timeout}
	return grpc.NewClient(s.address, append([]grpc.DialOption{
		grpc.WithTransportCredentials(s.credentials()),
		grpc.WithChainUnaryInterceptor(d.unary),
		grpc.WithChainStreamInterceptor(d.stream),
	}, o.dial...)...)
}

// defaults are what a connection adds to calls that do not say otherwise themselves.
type defaults struct {
	token   string
	timeout time.Duration
}

func (d defaults) context(ctx context.Context, timeout time.Duration) (context.Context, context.CancelFunc) {
	if sent, _ := metadata.FromOutgoingContext(ctx); d.token != "" && len(sent.Get("authorization")) == 0 {
		ctx = metadata.AppendToOutgoingContext(ctx, "authorization", "Bearer "+d.token)
	}
	if _, has := ctx.Deadline(); has {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, timeout)
}

func (d defaults) unary(ctx context.Context, method string, request, response any,
	connection *grpc.ClientConn, invoke grpc.UnaryInvoker, callOptions ...grpc.CallOption) error {
	ctx, cancel := d.context(ctx, d.timeout)
	defer cancel()
	return convert(invoke(ctx, method, request, response, connection, callOptions...))
}

func (d defaults) stream(ctx context.Context, description *grpc.StreamDesc, connection *grpc.ClientConn,
	method string, open grpc.Streamer, callOptions ...grpc.CallOption) (grpc.ClientStream, error) {
	ctx, cancel := d.context(ctx, streamTimeout)
	stream, err := open(ctx, description, connection, method, callOptions...)
	if err != nil {
		cancel()
		return nil, convert(err)
	}
	return &clientStream{stream, cancel}, nil
}

// clientStream is a stream whose errors are *Error.
type clientStream struct {
	grpc.ClientStream
	cancel context.CancelFunc
}

func (s *clientStream) RecvMsg(message any) error {
	err := s.ClientStream.RecvMsg(message)
	if err != nil {
		// The stream is over, and so is the use of its deadline's timer.
		s.cancel()
	}
	return convert(err)
}
