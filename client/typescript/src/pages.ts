// Lists in pages.

import { CallOptions } from "./client.js";

// The most that the gateway puts on a page; a whole list may be more than gRPC lets through.
const PAGE_SIZE = 1000;

/**
 * Yields all pages of a list: `pages(client.listProjects, { titleLike: "road" })`. A page has
 * request.pageSize entries, or 1000 if that is unset.
 */
export async function* pages<
  Request extends { pageSize?: number; pageToken?: string },
  Response extends { nextPageToken: string },
>(
  list: (request: Request, options?: CallOptions) => Promise<Response>,
  request: Request,
  options?: CallOptions,
): AsyncGenerator<Response> {
  let next: Request = { ...request, pageSize: request.pageSize ?? PAGE_SIZE };
  for (;;) {
    const response = await list(next, options);
    yield response;
    if (!response.nextPageToken) return;
    next = { ...next, pageToken: response.nextPageToken };
  }
}
