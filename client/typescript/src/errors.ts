// Errors of calls, with what the gateway says about them.

import { Metadata, ServiceError, status } from "@grpc/grpc-js";

import {
  BadRequest,
  BadRequest_FieldViolation,
  ErrorInfo,
  RequestInfo,
  ResourceInfo,
  RetryInfo,
} from "./generated/google/rpc/error_details.js";
import { Status } from "./generated/google/rpc/status.js";

/**
 * A call that ended with an error. What comes from the google.rpc details of the answer is empty or
 * undefined where the gateway says nothing, or was not reached.
 */
export class EncordError extends Error {
  override readonly name = "EncordError";
  /** gRPC's code. */
  readonly code: status;
  /** The gateway's words. */
  readonly details: string;
  /** The trailing metadata. */
  readonly metadata: Metadata;
  /** Stable name of the cause, such as NOT_FOUND. */
  readonly reason: string = "";
  /** Facts about the cause, such as Encord's own code. */
  readonly info: Record<string, string> = {};
  readonly fieldViolations: BadRequest_FieldViolation[] = [];
  /** Milliseconds after which another try makes sense. */
  readonly retryAfter?: number;
  /** The trace id that Encord's support can look up. */
  readonly requestId: string = "";
  /** The thing that the error is about. */
  readonly resource?: ResourceInfo;

  constructor(code: status, details: string, metadata: Metadata, options?: ErrorOptions) {
    super(`${status[code]}: ${details}`, options);
    this.code = code;
    this.details = details;
    this.metadata = metadata;
    for (const bytes of metadata.get("grpc-status-details-bin")) {
      for (const { typeUrl, value } of Status.decode(bytes as Buffer).details) {
        switch (typeUrl.slice(typeUrl.lastIndexOf("/") + 1)) {
          case "google.rpc.ErrorInfo": {
            const info = ErrorInfo.decode(value);
            this.reason = info.reason;
            this.info = info.metadata;
            break;
          }
          case "google.rpc.BadRequest":
            this.fieldViolations = BadRequest.decode(value).fieldViolations;
            break;
          case "google.rpc.RetryInfo": {
            const delay = RetryInfo.decode(value).retryDelay;
            if (delay) this.retryAfter = delay.seconds * 1000 + delay.nanos / 1e6;
            break;
          }
          case "google.rpc.RequestInfo":
            this.requestId = RequestInfo.decode(value).requestId;
            break;
          case "google.rpc.ResourceInfo":
            this.resource = ResourceInfo.decode(value);
            break;
        }
      }
    }
  }

  /** The same error with its details; other errors stay as they are. */
  static of(error: unknown): unknown {
    if (error instanceof EncordError || !isServiceError(error)) return error;
    return new EncordError(error.code, error.details, error.metadata, { cause: error });
  }
}

function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && "code" in error && "metadata" in error && "details" in error;
}
