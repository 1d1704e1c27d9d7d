package encord.gateway;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ChannelCredentials;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.TlsChannelCredentials;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How to connect: {@code ManagedChannel channel = EncordGateway.builder().connect()}, for {@code
 * EncordServiceGrpc.newBlockingStub(channel)}.
 */
public final class EncordGateway {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  // Streams last as long as there is data.
  private static final Duration STREAM_TIMEOUT = Duration.ofHours(1);

  private String address;
  private String token;
  private Boolean tls;
  private String caFile;
  private Duration timeout = Duration.ofMinutes(1);

  private EncordGateway() {}

  public static EncordGateway builder() {
    return new EncordGateway();
  }

  /** The gateway's HOST:PORT; otherwise that of ENCORD_GATEWAY. */
  public EncordGateway address(String value) {
    address = value;
    return this;
  }

  /**
   * An Encord bearer token; otherwise that of ENCORD_GATEWAY_TOKEN. Empty: none, so that the gateway
   * uses its own key. A call's own "authorization" metadata goes before it.
   */
  public EncordGateway token(String value) {
    token = value;
    return this;
  }

  /**
   * Whether to use TLS; otherwise yes if there is a caFile, otherwise as ENCORD_GATEWAY_TLS says (1 or
   * true, 0 or false). Without either: plain text.
   */
  public EncordGateway tls(boolean value) {
    tls = value;
    return this;
  }

  /**
   * PEM file of the certificate authorities to trust; otherwise, with TLS, that of
   * ENCORD_GATEWAY_CA_FILE. Without either: those of the JDK.
   */
  public EncordGateway caFile(String value) {
    caFile = value;
    return this;
  }

  /** For calls that have no deadline of their own; a minute by default. A stream has an hour. */
  public EncordGateway timeout(Duration value) {
    timeout = value;
    return this;
  }

  /** Connects when the first call is made. Throws SettingsException. */
  public ManagedChannel connect() {
    Settings settings = new Settings(address, token, tls, caFile, System.getenv());
    return Grpc.newChannelBuilder(settings.address, credentials(settings))
        .intercept(new Defaults(settings.token, timeout))
        .build();
  }

  private static ChannelCredentials credentials(Settings settings) {
    if (!settings.tls) {
      return InsecureChannelCredentials.create();
    }
    TlsChannelCredentials.Builder builder = TlsChannelCredentials.newBuilder();
    if (settings.caFile.isPresent()) {
      try {
        builder.trustManager(settings.caFile.get().toFile());
      } catch (IOException e) {
        throw new SettingsException("caFile", "cannot read " + settings.caFile.get());
      }
    }
    return builder.build();
  }

  /** What a connection adds to calls that do not say otherwise themselves. */
  private static final class Defaults implements ClientInterceptor {
    private final String token;
    private final Duration timeout;

    Defaults(String token, Duration timeout) {
      this.token = token;
      this.timeout = timeout;
    }

    @Override
    public <RequestT, ResponseT> ClientCall<RequestT, ResponseT> interceptCall(
        MethodDescriptor<RequestT, ResponseT> method, CallOptions options, Channel next) {
      if (options.getDeadline() == null) {
        Duration limit = method.getType().serverSendsOneMessage() ? timeout : STREAM_TIMEOUT;
        options = options.withDeadlineAfter(limit.toNanos(), TimeUnit.NANOSECONDS);
      }
      return new SimpleForwardingClientCall<RequestT, ResponseT>(next.newCall(method, options)) {
        @Override
        public void start(Listener<ResponseT> listener, Metadata headers) {
          if (!token.isEmpty() && !headers.containsKey(AUTHORIZATION)) {
            headers.put(AUTHORIZATION, "Bearer " + token);
          }
          super.start(listener, headers);
        }
      };
    }
  }
}
