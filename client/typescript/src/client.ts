// Connecting, and calls as promises and asynchronous iterables.

import {
  CallOptions as GrpcCallOptions,
  Client,
  ClientReadableStream,
  ClientUnaryCall,
  credentials,
  Metadata,
  status,
} from "@grpc/grpc-js";

import { EncordError } from "./errors.js";
import { EncordServiceDefinition } from "./generated/encord/v1/encord.js";
import { ConnectionOptions, readSettings } from "./settings.js";

/** What one call may say for itself. */
export interface CallOptions {
  /** Milliseconds that the call may take. */
  timeout?: number;
  /** Cancels the call. */
  signal?: AbortSignal;
  metadata?: Metadata;
}

type Methods = (typeof EncordServiceDefinition)["methods"];

// A message as the generated code describes it.
interface MessageType<Message> {
  encode(message: Message): { finish(): Uint8Array };
  decode(bytes: Uint8Array): Message;
  fromPartial(partial: never): Message;
}
type MessageOf<Type> = Type extends { decode(...input: never[]): infer Message } ? Message : never;
type PartialOf<Type> = Type extends { fromPartial(partial: infer Partial): unknown } ? Partial : never;

type Call<Method> = Method extends { requestType: infer Request; responseType: infer Response }
  ? Method extends { responseStream: true }
    ? (request: PartialOf<Request>, options?: CallOptions) => AsyncIterable<MessageOf<Response>>
    : (request: PartialOf<Request>, options?: CallOptions) => Promise<MessageOf<Response>>
  : never;

/** Every RPC of encord.v1.EncordService as a function; they need no `this`. Failures are EncordErrors. */
export type EncordClient = { readonly [Name in keyof Methods]: Call<Methods[Name]> } & {
  /** Ends the connection. */
  close(): void;
};

const TIMEOUT = 60_000;
/** Streams last as long as there is data. */
export const STREAM_TIMEOUT = 3_600_000;

/** A client of the gateway. Throws SettingsError. Connects when the first call is made. */
export function connect(options: ConnectionOptions = {}): EncordClient {
  const settings = readSettings(options);
  const channel = new Client(
    settings.address,
    settings.tls ? credentials.createSsl(settings.ca) : credentials.createInsecure(),
  );
  const defaults = { token: settings.token, timeout: options.timeout ?? TIMEOUT };
  const calls = Object.entries(EncordServiceDefinition.methods).map(([name, method]) => [
    name,
    makeCall(channel, method as unknown as Method<unknown, unknown>, defaults),
  ]);
  return { ...Object.fromEntries(calls), close: () => channel.close() } as EncordClient;
}

interface Method<Request, Response> {
  name: string;
  requestType: MessageType<Request>;
  responseType: MessageType<Response>;
  responseStream: boolean;
}

interface Defaults {
  token?: string;
  timeout: number;
}

function makeCall<Request, Response>(
  channel: Client,
  method: Method<Request, Response>,
  defaults: Defaults,
) {
  const path = `/${EncordServiceDefinition.fullName}/${method.name}`;
  const encode = (message: Request) => Buffer.from(method.requestType.encode(message).finish());
  const decode = (bytes: Buffer) => method.responseType.decode(bytes);

  const prepare = (partial: unknown, options: CallOptions, timeout: number) => {
    const metadata = options.metadata?.clone() ?? new Metadata();
    if (defaults.token !== undefined && metadata.get("authorization").length === 0) {
      metadata.set("authorization", `Bearer ${defaults.token}`);
    }
    const grpcOptions: GrpcCallOptions = { deadline: Date.now() + (options.timeout ?? timeout) };
    return [method.requestType.fromPartial(partial as never), metadata, grpcOptions] as const;
  };

  const unary = (partial: unknown, options: CallOptions = {}) =>
    new Promise<Response>((resolve, reject) => {
      throwIfAborted(options.signal);
      const [request, metadata, grpcOptions] = prepare(partial, options, defaults.timeout);
      const call = channel.makeUnaryRequest(
        path, encode, decode, request, metadata, grpcOptions,
        (error, response) => {
          release();
          if (error) reject(EncordError.of(error));
          else resolve(response as Response);
        },
      );
      const release = cancelOnAbort(call, options.signal);
    });

  async function* stream(partial: unknown, options: CallOptions = {}): AsyncGenerator<Response> {
    throwIfAborted(options.signal);
    const [request, metadata, grpcOptions] = prepare(partial, options, STREAM_TIMEOUT);
    const call = channel.makeServerStreamRequest(
      path, encode, decode, request, metadata, grpcOptions,
    );
    const release = cancelOnAbort(call, options.signal);
    try {
      for await (const response of call) yield response as Response;
    } catch (error) {
      throw EncordError.of(error);
    } finally {
      release();
      call.cancel();
    }
  }

  return method.responseStream ? stream : unary;
}

function throwIfAborted(signal: AbortSignal | undefined) {
  if (signal?.aborted) {
    throw new EncordError(status.CANCELLED, "Cancelled on client", new Metadata());
  }
}

// Returns what must be called when the call is over.
function cancelOnAbort(
  call: ClientUnaryCall | ClientReadableStream<unknown>,
  signal: AbortSignal | undefined,
): () => void {
  const cancel = () => call.cancel();
  signal?.addEventListener("abort", cancel, { once: true });
  return () => signal?.removeEventListener("abort", cancel);
}
