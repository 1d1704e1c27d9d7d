// Exports to a file.

import { randomBytes } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";

import { CallOptions, EncordClient } from "./client.js";
import { CocoExportSummary } from "./generated/encord/v1/coco.js";

/** The stream ended without the summary that every export ends with. */
export class IncompleteExport extends Error {
  override readonly name = "IncompleteExport";
}

export interface ExportOptions extends CallOptions {
  /** Only these label rows; empty: all. */
  labelHashes?: string[];
  /** Called with the number of data units done, and of all. */
  progress?: (rowsDone: number, rowsTotal: number) => void;
}

/**
 * Writes a project's labels to a COCO JSON file, and returns what it holds. The file appears when it
 * is complete: until then the data are in a file beside it, which is removed if anything fails.
 */
export async function exportCoco(
  client: EncordClient,
  projectHash: string,
  path: string,
  { labelHashes = [], progress, ...options }: ExportOptions = {},
): Promise<CocoExportSummary> {
  const part = `${path}.${randomBytes(8).toString("hex")}.part`;
  const file = await open(part, "wx");
  try {
    let summary: CocoExportSummary | undefined;
    try {
      const stream = client.streamLabelsCocoJson({ projectHash, labelHashes }, options);
      for await (const response of stream) {
        await file.writeFile(response.json);
        progress?.(response.rowsDone, response.rowsTotal);
        summary = response.summary;
      }
    } finally {
      await file.close();
    }
    if (!summary) throw new IncompleteExport("the export ended without a summary");
    await rename(part, path);
    return summary;
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}
