// Does what a line of JSON on stdin asks for, with the TypeScript client, and says what came of it.

import { once } from "node:events";
import { createInterface } from "node:readline";

import { status } from "@grpc/grpc-js";
import {
  connect, EncordClient, EncordError, exportCoco, LabelRow, pages, SettingsError,
} from "encord-gateway";

interface Job {
  command: string;
  options: { address?: string; token?: string; tls?: boolean; ca_file?: string; timeout?: number };
  page_size: number;
  structure: { [key: string]: unknown };
  integration: string;
  urls: string[];
  project_hash: string;
  path: string;
  timeout?: number;
}

const lines = createInterface({ input: process.stdin });

const commands: Record<string, (client: EncordClient, job: Job) => Promise<unknown>> = {
  async titles(client, job) {
    const titles: string[][] = [];
    for await (const page of pages(client.listProjects, { pageSize: job.page_size })) {
      titles.push(page.projects.map((project) => project.title));
    }
    return { pages: titles };
  },

  async journey(client, job) {
    const title = "Journey";
    const { datasetHash } = await client.createDataset({ title });
    const { ontologyHash } = await client.createOntology({ title, structure: job.structure });
    const { projectHash } = await client.createProject({
      title, datasetHashes: [datasetHash], ontologyHash,
    });
    const uploaded = await client.uploadDataToDataset({
      datasetHash, integrationId: job.integration, fileUrls: job.urls,
    });
    const rows: LabelRow[] = [];
    for await (const page of pages(client.listLabelRows, { projectHash, pageSize: 2 })) {
      rows.push(...page.labelRows);
    }
    const first = rows[0]!;
    const moved = await client.moveWorkflowTask({
      projectHash, dataHash: first.dataHash, stageUuid: first.workflowStageUuid,
      pathwayName: "submit",
    });
    return {
      project_hash: projectHash,
      upload: uploaded.status,
      rows: rows.map((row) => row.dataTitle),
      moved_row: first.dataHash,
      move: moved.status,
    };
  },

  async export(client, job) {
    const progress: number[][] = [];
    const summary = await exportCoco(client, job.project_hash, job.path, {
      progress: (...rows) => progress.push(rows),
    });
    return {
      summary: [summary.imageCount, summary.annotationCount, summary.skippedCount],
      progress,
    };
  },

  async get(client, job) {
    const timeout = job.timeout === undefined ? undefined : job.timeout * 1000;
    return { title: (await client.getProject({ projectHash: job.project_hash }, { timeout })).title };
  },

  async cancel(client) {
    const controller = new AbortController();
    const call = client.listProjects({}, { signal: controller.signal });
    const outcome = call.then(() => false, (error) => error.code === status.CANCELLED);
    await once(lines, "line");
    controller.abort();
    return { cancelled: await outcome };
  },
};

function describe(error: EncordError) {
  return {
    code: status[error.code],
    message: error.details,
    reason: error.reason,
    metadata: error.info,
    violations: Object.fromEntries(
      error.fieldViolations.map(({ field, description }) => [field, description]),
    ),
    retry_after: error.retryAfter === undefined ? null : error.retryAfter / 1000,
    request_id: error.requestId,
    resource: error.resource ? [error.resource.resourceType, error.resource.resourceName] : null,
  };
}

async function answer(job: Job): Promise<unknown> {
  const { ca_file: caFile, timeout, ...rest } = job.options;
  let client: EncordClient | undefined;
  try {
    client = connect({
      ...rest, caFile, timeout: timeout === undefined ? undefined : timeout * 1000,
    });
    return await commands[job.command]!(client, job);
  } catch (error) {
    if (error instanceof SettingsError) return { settings_error: error.message };
    if (error instanceof EncordError) return { error: describe(error) };
    throw error;
  } finally {
    client?.close();
  }
}

const [line] = await once(lines, "line");
console.log(JSON.stringify(await answer(JSON.parse(line))));
lines.close();
