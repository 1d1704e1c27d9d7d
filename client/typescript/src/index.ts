// Client of Encord Gateway: the generated messages, and what every client needs.

export { type CallOptions, connect, type EncordClient } from "./client.js";
export { EncordError } from "./errors.js";
export { exportCoco, type ExportOptions, IncompleteExport } from "./export.js";
export { pages } from "./pages.js";
export { type ConnectionOptions, SettingsError } from "./settings.js";
export * from "./generated/index.encord.v1.js";
