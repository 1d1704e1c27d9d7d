package encord

import (
	"io"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// An Error is that of a call, with what the gateway says about it. What comes from the google.rpc
// details of the answer is empty where the gateway says nothing, or was not reached.
//
//	var e *encord.Error
//	if errors.As(err, &e) && e.Code == codes.NotFound { ... e.Resource ... }
//
// status.FromError and status.Code know it too.
type Error struct {
	Code    codes.Code
	Message string
	// Reason is the stable name of the cause, such as NOT_FOUND.
	Reason string
	// Metadata has facts about the cause, such as Encord's own code.
	Metadata        map[string]string
	FieldViolations []*errdetails.BadRequest_FieldViolation
	// RetryAfter is the time after which another try makes sense; 0 if the gateway gives none.
	RetryAfter time.Duration
	// RequestID is the trace id that Encord's support can look up.
	RequestID string
	// Resource is the thing that the error is about; nil if there is none.
	Resource *errdetails.ResourceInfo

	status *status.Status
}

func (e *Error) Error() string { return e.status.Err().Error() }

// GRPCStatus returns gRPC's own form of the error.
func (e *Error) GRPCStatus() *status.Status { return e.status }

// convert makes an *Error of gRPC's error; nil and io.EOF stay as they are.
func convert(err error) error {
	if err == nil || err == io.EOF {
		return err
	}
	s, ok := status.FromError(err)
	if !ok {
		return err
	}
	e := &Error{Code: s.Code(), Message: s.Message(), status: s}
	for _, detail := range s.Details() {
		switch detail := detail.(type) {
		case *errdetails.ErrorInfo:
			e.Reason, e.Metadata = detail.Reason, detail.Metadata
		case *errdetails.BadRequest:
			e.FieldViolations = detail.FieldViolations
		case *errdetails.RetryInfo:
			e.RetryAfter = detail.RetryDelay.AsDuration()
		case *errdetails.RequestInfo:
			e.RequestID = detail.RequestId
		case *errdetails.ResourceInfo:
			e.Resource = detail
		}
	}
	return e
}
