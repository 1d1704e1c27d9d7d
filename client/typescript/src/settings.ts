// How to reach the gateway: options, and environment variables for what they leave open.

import { readFileSync } from "node:fs";

/** An option or environment variable that cannot be; the message starts with its name. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
}

/** Where the gateway is and how to talk to it. */
export interface ConnectionOptions {
  /** HOST:PORT; otherwise ENCORD_GATEWAY. */
  address?: string;
  /**
   * Encord bearer token; otherwise ENCORD_GATEWAY_TOKEN. Empty: none, so that the gateway uses its
   * own key. A call's own "authorization" metadata goes before it.
   */
  token?: string;
  /**
   * Whether to use TLS; otherwise yes if caFile is given, otherwise ENCORD_GATEWAY_TLS (1 or true, 0
   * or false). Without either: plain text.
   */
  tls?: boolean;
  /**
   * PEM file of the certificate authorities to trust; otherwise, with TLS, ENCORD_GATEWAY_CA_FILE.
   * Without either: those of Node.js.
   */
  caFile?: string;
  /** Milliseconds for a call that sets no timeout itself, 60000 by default; a stream has an hour. */
  timeout?: number;
}

export interface Settings {
  address: string;
  /** Undefined: none is sent. */
  token?: string;
  tls: boolean;
  /** PEM; undefined: Node.js's own. */
  ca?: Buffer;
}

type Environment = Record<string, string | undefined>;

// A name or an IPv4 address, or an IPv6 address in brackets, and a port.
const ADDRESS = /^(?:\[[0-9A-Fa-f:.%]+\]|[^\s:/[\]]+):([0-9]{1,5})$/;
const TOKEN = /^[\x21-\x7e]+$/;
const SWITCH = new Map([["1", true], ["true", true], ["0", false], ["false", false]]);

/** Settles the options with the environment. Throws SettingsError. */
export function readSettings(
  options: ConnectionOptions,
  environment: Environment = process.env,
): Settings {
  if (options.tls === false && options.caFile) {
    throw new SettingsError("caFile: given although tls is off");
  }
  const tls = options.tls ?? (options.caFile ? true : readSwitch(environment, "ENCORD_GATEWAY_TLS"));
  let ca: Buffer | undefined;
  if (tls && options.caFile) {
    ca = readCa("caFile", options.caFile);
  } else if (tls && environment.ENCORD_GATEWAY_CA_FILE) {
    ca = readCa("ENCORD_GATEWAY_CA_FILE", environment.ENCORD_GATEWAY_CA_FILE);
  }
  return {
    address: readAddress(options.address, environment),
    token: readToken(options.token, environment),
    tls,
    ca,
  };
}

function readAddress(address: string | undefined, environment: Environment): string {
  const setting = address === undefined ? "ENCORD_GATEWAY" : "address";
  const value = address ?? environment.ENCORD_GATEWAY ?? "";
  const port = Number(ADDRESS.exec(value)?.[1] ?? 0);
  if (port < 1 || port > 65535) {
    throw new SettingsError(`${setting}: must be HOST:PORT, is ${JSON.stringify(value)}`);
  }
  return value;
}

function readToken(token: string | undefined, environment: Environment): string | undefined {
  const setting = token === undefined ? "ENCORD_GATEWAY_TOKEN" : "token";
  const value = token ?? environment.ENCORD_GATEWAY_TOKEN ?? "";
  // The value is a secret, and gRPC would put one that it cannot send into its error.
  if (value && !TOKEN.test(value)) {
    throw new SettingsError(`${setting}: must be printable ASCII without blanks`);
  }
  return value || undefined;
}

function readSwitch(environment: Environment, setting: string): boolean {
  const value = environment[setting];
  if (!value) return false;
  const on = SWITCH.get(value);
  if (on === undefined) {
    throw new SettingsError(
      `${setting}: must be 1, true, 0 or false, is ${JSON.stringify(value)}`,
    );
  }
  return on;
}

function readCa(setting: string, path: string): Buffer {
  let pem: Buffer;
  try {
    pem = readFileSync(path);
  } catch (error) {
    throw new SettingsError(`${setting}: cannot read ${path}: ${(error as Error).message}`);
  }
  if (!pem.includes("-----BEGIN CERTIFICATE-----")) {
    throw new SettingsError(`${setting}: no PEM certificate in ${path}`);
  }
  return pem;
}
