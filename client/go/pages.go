package encord

import (
	"context"
	"iter"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// The most that the gateway puts on a page; a whole list may be more than gRPC lets through.
const pageSize = 1000

// A Page is the response of a list.
type Page interface{ GetNextPageToken() string }

// Pages yields all pages of a list:
//
//	for page, err := range encord.Pages(ctx, client.ListProjects, &encordv1.ListProjectsRequest{}) {
//
// A page has as many entries as the request's page_size says, or 1000 if that is unset. An error ends
// it. The request stays as it is.
func Pages[Request proto.Message, Response Page](ctx context.Context,
	list func(context.Context, Request, ...grpc.CallOption) (Response, error),
	request Request) iter.Seq2[Response, error] {
	return func(yield func(Response, error) bool) {
		next := proto.Clone(request).(Request)
		message := next.ProtoReflect()
		fields := message.Descriptor().Fields()
		size, token := fields.ByName("page_size"), fields.ByName("page_token")
		if !message.Has(size) {
			message.Set(size, protoreflect.ValueOfInt32(pageSize))
		}
		for {
			response, err := list(ctx, next)
			if !yield(response, err) || err != nil || response.GetNextPageToken() == "" {
				return
			}
			message.Set(token, protoreflect.ValueOfString(response.GetNextPageToken()))
		}
	}
}
