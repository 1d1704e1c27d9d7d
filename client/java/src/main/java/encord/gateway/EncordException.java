package encord.gateway;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RequestInfo;
import com.google.rpc.ResourceInfo;
import com.google.rpc.RetryInfo;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A call that ended with an error, with what the gateway says about it. Stubs throw
 * StatusRuntimeException, of which {@link #from} makes an EncordException; it is one itself. What
 * comes from the google.rpc details of the answer is empty where the gateway says nothing, or was not
 * reached.
 */
public final class EncordException extends StatusRuntimeException {
  private static final long serialVersionUID = 1;

  private transient ErrorInfo info = ErrorInfo.getDefaultInstance();
  private transient BadRequest badRequest = BadRequest.getDefaultInstance();
  private transient RequestInfo requestInfo = RequestInfo.getDefaultInstance();
  private transient Optional<Duration> retryAfter = Optional.empty();
  private transient Optional<ResourceInfo> resource = Optional.empty();

  private EncordException(StatusRuntimeException error) {
    super(error.getStatus(), error.getTrailers() == null ? new Metadata() : error.getTrailers());
    com.google.rpc.Status status = StatusProto.fromThrowable(error);
    try {
      for (Any detail : status.getDetailsList()) {
        read(detail);
      }
    } catch (InvalidProtocolBufferException e) {
      addSuppressed(e);
    }
  }

  /** The same error with its details. */
  public static EncordException from(StatusRuntimeException error) {
    return error instanceof EncordException ? (EncordException) error : new EncordException(error);
  }

  /** Stable name of the cause, such as NOT_FOUND. */
  public String getReason() {
    return info.getReason();
  }

  /** Facts about the cause, such as Encord's own code. */
  public Map<String, String> getMetadata() {
    return info.getMetadataMap();
  }

  public List<BadRequest.FieldViolation> getFieldViolations() {
    return badRequest.getFieldViolationsList();
  }

  /** The time after which another try makes sense. */
  public Optional<Duration> getRetryAfter() {
    return retryAfter;
  }

  /** The trace id that Encord's support can look up. */
  public String getRequestId() {
    return requestInfo.getRequestId();
  }

  /** The thing that the error is about. */
  public Optional<ResourceInfo> getResource() {
    return resource;
  }

  private void read(Any detail) throws InvalidProtocolBufferException {
    if (detail.is(ErrorInfo.class)) {
      info = detail.unpack(ErrorInfo.class);
    } else if (detail.is(BadRequest.class)) {
      badRequest = detail.unpack(BadRequest.class);
    } else if (detail.is(RequestInfo.class)) {
      requestInfo = detail.unpack(RequestInfo.class);
    } else if (detail.is(RetryInfo.class)) {
      com.google.protobuf.Duration delay = detail.unpack(RetryInfo.class).getRetryDelay();
      retryAfter = Optional.of(Duration.ofSeconds(delay.getSeconds(), delay.getNanos()));
    } else if (detail.is(ResourceInfo.class)) {
      resource = Optional.of(detail.unpack(ResourceInfo.class));
    }
  }
}
